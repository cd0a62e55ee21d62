"""Policy documents: their text, their values, their sections, and the run of one request through them."""

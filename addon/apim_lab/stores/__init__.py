"""Where counters and cached values are kept."""

"""Which member, which conversion, which type is meant."""

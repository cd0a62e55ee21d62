"""The lab: the gateway and its mock backends, started and stopped together."""

"""Measurements of the gateway against bare mitmdump, as ratios within one run."""

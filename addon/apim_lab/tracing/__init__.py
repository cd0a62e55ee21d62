"""What a run did, for those who may see it: calls, traces, masking."""

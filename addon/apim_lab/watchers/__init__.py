"""Watchers of the gateway: each gets every call that is over, by `ended(call)`, and never changes one."""

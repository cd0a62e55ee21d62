"""Those who watch the gateway: each is told of every call once it is over, by `ended(call)`, and never changes one."""

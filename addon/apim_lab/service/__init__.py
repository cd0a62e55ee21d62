"""The gateway around policies: its configuration, APIs, operations, and which policy a request runs through."""

"""The live page: shows what the gateway does while it does it, and lets one try things. On a port of its own."""

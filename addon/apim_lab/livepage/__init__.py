"""The live page, on a port of its own: shows calls as they happen, sends calls, changes mock backends."""

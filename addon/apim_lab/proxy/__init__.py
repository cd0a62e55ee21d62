"""The gateway in mitmproxy: the only room that imports it."""

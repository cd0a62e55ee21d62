"""The gateway: reads Azure API Management policies and runs them, without mitmproxy, sockets or sleeping."""

"""Connections: how they are listened for, carried and ended, where mitmproxy's own way does not do."""

"""HTTP on the wire: heads, frames and bodies, where mitmproxy's own parts do not do."""

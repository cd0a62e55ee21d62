"""The numeric types, their formats, `Math` and `Random`."""

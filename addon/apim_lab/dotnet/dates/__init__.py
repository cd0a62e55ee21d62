"""`DateTime` and `TimeSpan`, their parsing and formats."""

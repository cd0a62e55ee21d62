"""The .NET library that policy expressions may use: a table of members for each type."""

"""`Regex` and what it yields: .NET's syntax is translated into that of the package `regex`, which finds the matches."""

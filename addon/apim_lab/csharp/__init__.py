"""The C# language of policy expressions: a syntax tree to typed code, and that to Python closures."""

"""The C# language of policy expressions: text to a typed tree, and the tree to Python closures."""

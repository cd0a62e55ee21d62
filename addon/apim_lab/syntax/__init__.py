"""The syntax of C#: the text of an expression to a tree of nodes, which knows no types."""

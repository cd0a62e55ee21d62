"""Syntax that came after C# 7, which is what API Management has: what it is, by the kind of node."""

from collections.abc import Mapping

NEWER: Mapping[str, str] = {
    "??=": "'??=' is C# 8; API Management has C# 7: write 'x = x ?? y'",
    "collection_expression": "A collection expression is C# 12; API Management has C# 7: write 'new[] { ... }'",
    "implicit_object_creation_expression": "'new()' without a type is C# 9; API Management has C# 7: write the type",
    "range_expression": "A range is C# 8; API Management has C# 7: use Substring, Skip and Take",
    "raw_string_literal": 'A raw string is C# 11; API Management has C# 7: write @"..."',
    "switch_expression": "A switch expression is C# 8; API Management has C# 7: write a switch statement, or ?:",
    "with_expression": "'with' is C# 9; API Management has C# 7",
}

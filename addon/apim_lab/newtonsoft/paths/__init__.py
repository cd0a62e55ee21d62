"""JSONPath: `SelectToken`, and the path of a token."""

"""Newtonsoft.Json as policy expressions may use it: tokens, their text, JSONPath, conversions from and to .NET."""

"""Newtonsoft's serializer: .NET objects as JSON, and JSON as .NET objects."""

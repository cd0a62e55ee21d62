"""Addresses, URIs and texts in them. Source: learn.microsoft.com/dotnet/api/system.net."""

"""Hashes, ciphers, keys and certificates. Source: learn.microsoft.com/dotnet/api/system.security.cryptography."""

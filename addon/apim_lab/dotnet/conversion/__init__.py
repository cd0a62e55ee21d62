"""Between types: `Convert`, `BitConverter`, `TypeCode`. Source: learn.microsoft.com/dotnet/api, and .NET Core 3.1."""

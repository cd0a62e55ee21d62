"""XML as LINQ to XML has it: `XElement`, `XDocument` and their kin. Source: .NET Core 3.1, System.Private.Xml.Linq."""

"""The types that API Management allows, and of some of them the members; whatever else .NET has it refuses on save.

Source: api-management-policy-expressions.md, ".NET Framework types allowed in policy expressions"; `Object` stands in
Microsoft's policy toolkit, where the page has its members with other types.
"""

from collections.abc import Mapping

_TYPES = """
Newtonsoft.Json: Formatting JsonConvert
Newtonsoft.Json.Linq: Extensions JArray JConstructor JContainer JObject JProperty JRaw JToken JTokenType JValue
System: Array BitConverter Boolean Byte Char Convert DateTime DateTimeKind DateTimeOffset Decimal Double Enum
    Exception Guid Int16 Int32 Int64 Math MidpointRounding Nullable Object Random SByte Single String StringComparer
    StringComparison StringSplitOptions TimeSpan TimeZone TimeZoneInfo TimeZoneInfo.AdjustmentRule
    TimeZoneInfo.TransitionTime Tuple UInt16 UInt32 UInt64 Uri UriPartial
System.Collections.Generic: Dictionary HashSet ICollection IDictionary IEnumerable IEnumerator IList
    IReadOnlyCollection IReadOnlyDictionary ISet KeyValuePair List Queue Stack
System.IO: StringReader StringWriter
System.Linq: Enumerable
System.Net: IPAddress WebUtility
System.Security.Cryptography: AsymmetricAlgorithm CipherMode HashAlgorithm HashAlgorithmName HMAC HMACMD5 HMACSHA1
    HMACSHA256 HMACSHA384 HMACSHA512 KeyedHashAlgorithm MD5 Oid PaddingMode RNGCryptoServiceProvider RSA
    RSAEncryptionPadding RSASignaturePadding SHA1 SHA1Managed SHA256 SHA256Managed SHA384 SHA384Managed SHA512
    SHA512Managed SymmetricAlgorithm
System.Security.Cryptography.X509Certificates: PublicKey RSACertificateExtensions X500DistinguishedName
    X509Certificate X509Certificate2 X509ContentType X509NameType
System.Text: Encoding StringBuilder
System.Text.RegularExpressions: Capture CaptureCollection Group GroupCollection Match Regex RegexOptions
System.Xml: XmlNodeType
System.Xml.Linq: Extensions XAttribute XCData XComment XContainer XDeclaration XDocument XDocumentType XElement XName
    XNamespace XNode XNodeDocumentOrderComparer XNodeEqualityComparer XObject XProcessingInstruction XText
"""

_MEMBERS = """
Newtonsoft.Json.JsonConvert: SerializeObject DeserializeObject
System.DateTime: .ctor Add AddDays AddHours AddMilliseconds AddMinutes AddMonths AddSeconds AddTicks AddYears Date Day
    DayOfWeek DayOfYear DaysInMonth Hour IsDaylightSavingTime IsLeapYear MaxValue Millisecond Minute MinValue Month Now
    Parse Second Subtract Ticks TimeOfDay Today ToString UtcNow Year
System.DateTimeKind: Utc
System.Enum: Parse TryParse ToString
System.Net.IPAddress: AddressFamily Equals GetAddressBytes IsLoopback Parse TryParse ToString
System.Object: .ctor Equals GetHashCode ReferenceEquals ToString
System.Security.Cryptography.X509Certificates.X500DistinguishedName: Name
System.Text.RegularExpressions.Capture: Index Length Value
System.Text.RegularExpressions.CaptureCollection: Count Item
System.Text.RegularExpressions.Group: Captures Success
System.Text.RegularExpressions.GroupCollection: Count Item
System.Text.RegularExpressions.Match: Empty Groups Result
System.Text.RegularExpressions.Regex: .ctor IsMatch Match Matches Replace Unescape Split
"""

REFUSED_MEMBERS: Mapping[str, frozenset[str]] = {"System.Xml.Linq.XDocument": frozenset({"Load"})}
"""Members of types all others of which are allowed."""


def _entries(table: str) -> Mapping[str, tuple[str, ...]]:
    """The lines of a table; one that is indented goes on with the line before."""
    lines = (line.partition(": ") for line in table.replace("\n    ", " ").strip().splitlines())
    return {name: tuple(words.split()) for name, _, words in lines}


TYPES: tuple[str, ...] = tuple(f"{space}.{name}" for space, names in _entries(_TYPES).items() for name in names)
"""Full names, without type parameters."""

MEMBERS: Mapping[str, tuple[str, ...]] = _entries(_MEMBERS)
"""The members that are allowed of a type of which others are not; constructors are called ".ctor", indexers "Item"."""

"""Types of .NET that authors of policies reach for, and that API Management refuses: a list to tell them by.

What is written with its namespace needs no list: whatever is in one of .NET's namespaces and not allowed is refused.
"""

from collections.abc import Mapping

_TYPES = """
Microsoft.CSharp: RuntimeBinder
Newtonsoft.Json: JsonConverter JsonException JsonReader JsonReaderException JsonSerializer JsonSerializerSettings
    JsonTextReader JsonTextWriter JsonWriter NullValueHandling TypeNameHandling
System: Activator AggregateException AppContext AppDomain ApplicationException ArgumentException ArgumentNullException
    ArgumentOutOfRangeException ArithmeticException Attribute Base64FormattingOptions Buffer Console DayOfWeek
    Delegate DivideByZeroException Environment FormatException GC IFormatProvider IndexOutOfRangeException IntPtr
    InvalidCastException InvalidOperationException Lazy Memory NotImplementedException NotSupportedException
    NullReferenceException OperatingSystem OverflowException Progress ReadOnlySpan Span TimeoutException Type TypeCode
    UIntPtr UriBuilder UriKind Version WeakReference
System.Collections: ArrayList BitArray Hashtable IDictionary IEnumerable IList SortedList
System.Collections.Concurrent: BlockingCollection ConcurrentBag ConcurrentDictionary ConcurrentQueue ConcurrentStack
System.Collections.Generic: Comparer EqualityComparer IComparer IEqualityComparer IReadOnlyList KeyNotFoundException
    LinkedList LinkedListNode SortedDictionary SortedList SortedSet
System.Collections.Immutable: ImmutableArray ImmutableDictionary ImmutableList
System.Collections.ObjectModel: Collection ReadOnlyCollection ReadOnlyDictionary
System.Collections.Specialized: NameValueCollection OrderedDictionary StringDictionary
System.ComponentModel: TypeConverter
System.Data: DataTable
System.Diagnostics: Debug Debugger Process StackTrace Stopwatch Trace
System.Dynamic: DynamicObject ExpandoObject
System.Globalization: Calendar CompareInfo CultureInfo DateTimeFormatInfo DateTimeStyles NumberFormatInfo NumberStyles
    RegionInfo TextInfo
System.IO: BinaryReader BinaryWriter Directory DirectoryInfo DriveInfo File FileInfo FileStream MemoryStream Path
    Stream StreamReader StreamWriter TextReader TextWriter
System.IO.Compression: BrotliStream DeflateStream GZipStream ZipArchive
System.Linq: IGrouping ILookup IOrderedEnumerable IQueryable Lookup ParallelEnumerable Queryable
System.Linq.Expressions: Expression
System.Net: Cookie Dns HttpStatusCode HttpWebRequest IPEndPoint NetworkCredential ServicePointManager WebClient
    WebRequest
System.Net.Http: ByteArrayContent FormUrlEncodedContent HttpClient HttpContent HttpMethod HttpRequestMessage
    HttpResponseMessage MultipartFormDataContent StringContent
System.Net.Http.Headers: AuthenticationHeaderValue MediaTypeHeaderValue
System.Net.Mail: MailMessage SmtpClient
System.Net.Sockets: AddressFamily Socket TcpClient UdpClient
System.Numerics: BigInteger Complex Vector
System.Reflection: Assembly BindingFlags ConstructorInfo FieldInfo MemberInfo MethodInfo PropertyInfo
System.Resources: ResourceManager
System.Runtime.CompilerServices: Unsafe
System.Runtime.InteropServices: Marshal
System.Runtime.Serialization.Formatters.Binary: BinaryFormatter
System.Security: SecureString
System.Security.Claims: Claim ClaimsIdentity ClaimsPrincipal
System.Security.Cryptography: Aes AesCng AesCryptoServiceProvider AesManaged CryptoStream DES DSA ECDsa
    ICryptoTransform MD5CryptoServiceProvider RandomNumberGenerator RC2 Rfc2898DeriveBytes Rijndael RijndaelManaged
    RSACng RSACryptoServiceProvider RSAParameters SHA1CryptoServiceProvider SHA256CryptoServiceProvider TripleDES
System.Security.Cryptography.X509Certificates: StoreLocation StoreName X509Chain X509Store
System.Text: ASCIIEncoding Decoder Encoder UnicodeEncoding UTF32Encoding UTF8Encoding
System.Text.Json: JsonDocument JsonElement JsonSerializer JsonSerializerOptions
System.Text.RegularExpressions: MatchCollection MatchEvaluator
System.Threading: CancellationToken CancellationTokenSource Interlocked Monitor Mutex Semaphore SemaphoreSlim Thread
    ThreadPool Timer
System.Threading.Tasks: Parallel Task TaskFactory ValueTask
System.Web: HttpContext HttpUtility
System.Web.Script.Serialization: JavaScriptSerializer
System.Xml: XmlDocument XmlElement XmlNode XmlReader XmlWriter
System.Xml.Serialization: XmlSerializer
System.Xml.XPath: XPathDocument XPathNavigator
System.Xml.Xsl: XslCompiledTransform
"""

_LINES = (line.partition(": ") for line in _TYPES.replace("\n    ", " ").strip().splitlines())
FULL_NAMES: Mapping[str, str] = {name: f"{space}.{name}" for space, _, names in _LINES for name in names.split()}
"""Full names by simple ones. Of two with one name the last is told, the nearer one for authors of policies."""
ROOTS = frozenset({"Microsoft", "Newtonsoft", "System"})
"""What .NET's namespaces begin with."""

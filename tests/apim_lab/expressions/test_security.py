"""Nothing but the allow-list can be reached: neither Python through names, nor .NET's reflection, files or threads."""

import pytest

from apim_lab.expressions import to_text


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ('"a".__class__', 6),
        ("context.__dict__", 10),
        ("context.__init__()", 10),
        ("context.variables", 10),
        ("context.request.body", 10),
        ("context.store", 10),
        ("context.Request.headers", 18),
        ("context.Request.Headers.fields", 26),
        ("context.Variables.items()", 20),
        ("context.Variables.clear()", 20),
        ('"a".GetType().Assembly', 16),
        ("1.GetType().BaseType", 14),
        ("context.GetType().GetMethods()", 20),
        ("typeof(string).described", 17),
        ("new JObject().members", 16),
        ("new Random().seed(1)", 15),
        ("Guid.NewGuid().hex", 17),
        ("DateTime.UtcNow.strftime", 18),
        ('"a".format(1)', 6),
        ('"{0.__class__}".Format(1)', 18),
        ("string.__subclasses__()", 9),
        ('Type.GetType("System.IO.File")', 7),
        ('System.IO.File.ReadAllText("/etc/passwd")', 12),
        ('System.Diagnostics.Process.Start("sh")', 21),
        ("System.Environment.Exit(1)", 9),
        ("Environment.Exit(1)", 2),
        ("Activator.CreateInstance(null)", 2),
        ('__import__("os")', 2),
        ('eval("1")', 2),
        ("frame", 2),
        ("receiver", 2),
        ("this", 2),
        ("base.ToString()", 2),
        ('new System.IO.StreamReader("/etc/passwd")', 6),
        ("new System.Net.WebClient()", 6),
        ("new object().__class__", 15),
    ],
)
def test_what_is_not_on_the_allow_list_is_a_mistake_at_its_place(mistakes, source, offset):
    assert mistakes(f"@({source})")[0][0] == offset


@pytest.mark.parametrize(
    "source",
    ['@(string.Format("{0.__class__}", 1))', '@(string.Format("{0[0]}", "a"))', '@(string.Format("{0!r}", "a"))'],
)
def test_a_format_reaches_nothing(thrown, source):
    assert thrown(source) == "Input string was not in a correct format."


def test_a_very_long_number_costs_nothing(thrown):
    assert thrown("@(int.Parse(new string('9', 100000)))") == "Value was either too large or too small for an Int32."


def test_a_placeholder_cannot_ask_for_a_huge_text(thrown):
    assert thrown('@(string.Format("{0,2000000000}", 1))') == "Input string was not in a correct format."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("context", "IProxyRequestContext"),
        ("context.Request", "IRequest"),
        ("context.Response", "IResponse"),
        ("context.Request.Body", "IMessageBody"),
        ("context.Api", "IApi"),
        (
            "context.Request.Headers",
            "System.Collections.Generic.IReadOnlyDictionary`2[System.String,System.String[]]",
        ),
        ("context.Variables", "System.Object"),
        ("string.Concat(context.Request, context.Variables)", "IRequestSystem.Object"),
    ],
)
def test_the_text_of_what_the_context_holds_is_a_type_name(evaluate, source, text):
    assert to_text(evaluate(f"@({source})", secret="s3cret")) == text
    assert evaluate(f'@($"{{{source}}}")', secret="s3cret") == text


@pytest.mark.parametrize("key", ["context.Request", "context.Variables", "context.Request.Headers"])
@pytest.mark.parametrize("target", ["new JObject()", "new JArray()"])
def test_a_message_does_not_show_what_a_key_holds(thrown, target, key):
    message = thrown(f"@(((JToken){target})[{key}])", secret="s3cret")

    assert "invalid key value" in message
    assert "secret" not in message
    assert "{" not in message


@pytest.mark.parametrize(
    "source",
    [
        '"a".GetType().Assembly',
        '"a".GetType().GetMethods()',
        '"a".GetType().GetMethod("ToString").Invoke("a", null)',
        '"a".GetType().BaseType',
        "typeof(string).Assembly.GetTypes()",
        "typeof(string).GetConstructors()",
        'typeof(string).InvokeMember("x", 0, null, null, null)',
        'Type.GetType("System.IO.File")',
        'System.Type.GetType("System.IO.File")',
        "Activator.CreateInstance(typeof(string))",
        'Activator.CreateInstance("a", "b")',
        'System.Reflection.Assembly.Load("x")',
        "System.AppDomain.CurrentDomain",
        '((dynamic)"a").Length',
        "((dynamic)context).store",
        'JsonConvert.DeserializeObject("{\\"$type\\":\\"System.IO.FileInfo, System\\"}", new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All })',
        "new System.Runtime.Serialization.Formatters.Binary.BinaryFormatter()",
        "context.Variables.GetType().Assembly",
        "context.__class__",
        "context.__dict__",
        '"a".__class__.__mro__',
        "new int[0].__class__",
        "new List<int>().__class__",
        "new List<int>().items",
        "new Dictionary<string,int>().entries",
        "(new Jwt())",
        "new Jwt()",
        '"a".AsJwt().header',
        '"a".AsJwt().payload',
        '"a".AsBasic().user_id',
        '$"{"a".__class__}"',
        "context.Request.Headers.headers",
        "context.Request.Body.content",
        'context.Request.Url.parse("http://a")',
        "context.Api.id",
        "context.caller",
        "context.budget",
        "context.Deployment.gateway",
        "Func<int> f",
        "((Func<int>)(() => 1)).Method",
        "((Func<int>)(() => 1)).Target",
        "((Func<int>)(() => 1)).DynamicInvoke()",
        'new Exception("a").__traceback__',
        'new Exception("a").TargetSite',
        'new Exception("a").Data',
        "new { a = 1 }.__class__",
        "(1, 2).__class__",
        "DayOfWeek.Monday.__class__",
        "DayOfWeek.Monday.value",
        "Enum.GetNames(typeof(DayOfWeek)).__class__",
        'new Regex("a").pattern',
        "new StringBuilder().parts",
        'new XDocument().Save("/tmp/x")',
        'XDocument.Load("/etc/passwd")',
        'XElement.Load("/etc/passwd")',
        'new X509Certificate2("/etc/passwd")',
        "nameof(context.store)",
        'global::os.system("x")',
        'global::System.IO.File.ReadAllText("x")',
        "__makeref(context)",
        "__refvalue(context, int)",
        "stackalloc int[1]",
        "*context",
        "&context",
    ],
)
def test_neither_python_nor_reflection_nor_files_are_reached(mistakes, source):
    assert mistakes(f"@({source})")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('JsonConvert.DeserializeObject("{\\"$type\\":\\"os.system\\"}").GetType().Name', "JObject"),
        ("context.GetType().Name", "IProxyRequestContext"),
        ("context.Request.GetType().FullName", "IRequest"),
        ('$"{context:__class__}"', "IProxyRequestContext"),
        ('string.Format("{0:__class__}", 1)', "__class__"),
        ('new Exception("a").StackTrace', ""),
        ('HashAlgorithm.Create("os.system")', ""),
        ('HMAC.Create("__import__")', ""),
        ('context.Variables.GetValueOrDefault("__class__", "none")', "none"),
        ('context.Request.Headers.GetValueOrDefault("__class__", "none")', "none"),
        ('JObject.Parse("{}").SelectToken("$[?(@.__class__ == 1)]")', ""),
    ],
)
def test_names_of_python_mean_nothing(evaluate, source, text):
    assert to_text(evaluate(f"@({source})")) == text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('Encoding.GetEncoding("unicode_escape")', "'unicode_escape' is not a supported encoding name"),
        ('TimeZoneInfo.FindSystemTimeZoneById("../../etc/passwd")', "'../../etc/passwd' was not found"),
        ('new byte[1].Encrypt("__class__", null, null)', "Object reference not set"),
        ('context.Variables["__class__"]', "The given key '__class__' was not present"),
        ("JObject.FromObject(context)", "Could not determine JSON object type for type IProxyRequestContext"),
        ("JsonConvert.SerializeObject(context)", "Could not determine JSON object type for type IProxyRequestContext"),
        ("JToken.FromObject(new { a = context.Request })", "Could not determine JSON object type for type IRequest"),
        ('XElement.Parse("<!DOCTYPE a [<!ENTITY x SYSTEM \\"file:///etc/passwd\\">]><a>&x;</a>")', "DTD is prohibited"),
    ],
)
def test_what_asks_for_more_throws(thrown, source, message):
    assert message in thrown(f"@({source})")

"""What API Management has and is not supported here, what it does not allow, and what may have been meant."""

import pytest

from apim_lab.csharp.types import STRING, Type
from apim_lab.expressions import CompileError, compile_expression
from apim_lab.expressions.allowed_types import MEMBERS, REFUSED_MEMBERS, TYPES
from apim_lab.expressions.dotnet_members import dotnet_members
from apim_lab.expressions.refused_types import FULL_NAMES
from apim_lab.expressions.restrictions import Restrictions, allows


@pytest.mark.parametrize(
    ("source", "mistake"),
    [
        # typos
        ("contxt.Request", "CS0103: The name 'contxt' does not exist in the current context. Did you mean 'context'?"),
        (
            "Dattime.UtcNow",
            "CS0103: The name 'Dattime' does not exist in the current context. Did you mean 'DateTime'?",
        ),
        (
            "Sytem.DateTime.Now",
            "CS0103: The name 'Sytem' does not exist in the current context. Did you mean 'System'?",
        ),
        ("DateTime.UtcNo", "CS0117: 'DateTime' does not contain a definition for 'UtcNo'. Did you mean 'UtcNow'?"),
        ("(Jobject)null", "CS0246: The type or namespace name 'Jobject' could not be found. Did you mean 'JObject'?"),
        (
            "(Newtonsoft.Json.Linq.JObjct)null",
            "CS0234: The type or namespace name 'JObjct' does not exist in the namespace 'Newtonsoft.Json.Linq'. "
            "Did you mean 'JObject'?",
        ),
        (
            "context.Request.Header",
            "CS1061: 'IRequest' does not contain a definition for 'Header' and no extension method 'Header' accepting a "
            "first argument of type 'IRequest' could be found. Did you mean 'Headers'?",
        ),
        (
            'context.Variables.GetValueorDefault("a")',
            "CS1061: 'IReadOnlyDictionary<string, object>' does not contain a definition for 'GetValueorDefault' and no "
            "extension method 'GetValueorDefault' accepting a first argument of type "
            "'IReadOnlyDictionary<string, object>' could be found. Did you mean 'GetValueOrDefault'?",
        ),
        # the rest of .NET
        (
            "File.ReadAllText(null)",
            "CS0103: The name 'File' does not exist in the current context. API Management does not allow System.IO.File",
        ),
        (
            'System.IO.File.ReadAllText("x")',
            "CS0234: The type or namespace name 'File' does not exist in the namespace 'System.IO'. "
            "API Management does not allow System.IO.File",
        ),
        (
            "new HttpClient()",
            "CS0246: The type or namespace name 'HttpClient' could not be found. "
            "API Management does not allow System.Net.Http.HttpClient",
        ),
        (
            "(System.Net.Mail.SmtpClient)null",
            "CS0234: The type or namespace name 'SmtpClient' does not exist in the namespace 'System.Net.Mail'. "
            "API Management does not allow System.Net.Mail.SmtpClient",
        ),
        (
            "System.Zebra.Crossing.Now",
            "CS0234: The type or namespace name 'Zebra' does not exist in the namespace 'System'. "
            "API Management does not allow System.Zebra",
        ),
        (
            "(dynamic)null",
            "CS0246: The type or namespace name 'dynamic' could not be found",
        ),
        ("System.Text", "CS0118: 'System.Text' is a namespace but is used like a variable"),
        ("(System.Text)null", "CS0118: 'System.Text' is a namespace but is used like a type"),
        ("System", "CS0118: 'System' is a namespace but is used like a variable"),
        # type arguments
        ("new List()", "CS0305: Using the generic type 'List<T>' requires 1 type arguments"),
        ("(List)null", "CS0305: Using the generic type 'List<T>' requires 1 type arguments"),
        ("List.Zebra", "CS0305: Using the generic type 'List<T>' requires 1 type arguments"),
        ("new List<List>()", "CS0305: Using the generic type 'List<T>' requires 1 type arguments"),
        (
            "new System.Collections.Generic.List<int, int>()",
            "CS0305: Using the generic type 'List<T>' requires 1 type arguments",
        ),
        (
            "new Dictionary<string>()",
            "CS0305: Using the generic type 'Dictionary<TKey, TValue>' requires 2 type arguments",
        ),
        ("new List<>()", "CS7003: Unexpected use of an unbound generic name"),
        ("new Uri<int>()", "CS0308: The non-generic type 'Uri' cannot be used with type arguments"),
        ("new List<Zebra>()", "CS0246: The type or namespace name 'Zebra' could not be found"),
        # neither
        ("Zebra.Now", "CS0103: The name 'Zebra' does not exist in the current context"),
        ("string.Zebra", "CS0117: 'string' does not contain a definition for 'Zebra'"),
    ],
)
def test_a_mistake_has_csharps_number_and_text_and_a_hint(source, mistake):
    with pytest.raises(CompileError) as caught:
        compile_expression(f"@({source})")

    assert [text for _, text in caught.value.mistakes] == [mistake]


RULES = Restrictions()
STRING_BUILDER = Type("StringBuilder", full_name="System.Text.StringBuilder")


@pytest.mark.parametrize("name", ["System.Xml.Linq.XElement", "XElement"])
def test_what_the_allow_list_has_is_said_to_be_missing_here(name):
    assert RULES.of_missing_type(name) == "API Management has System.Xml.Linq.XElement; it is not supported here yet"


@pytest.mark.parametrize(
    ("types", "member", "expected"),
    [
        (
            [STRING_BUILDER],
            "GetChunks",
            "API Management has System.Text.StringBuilder.GetChunks; it is not supported here",
        ),
        (
            [STRING_BUILDER, Type("object", full_name="System.Object")],
            "GetType",
            "does not allow System.Object.GetType",
        ),
        ([Type("DateTime", full_name="System.DateTime")], "FromBinary", "does not allow System.DateTime.FromBinary"),
        ([STRING], "Zebra", ""),
        ([Type("IApi", full_name="IApi")], "Zebra", ""),
    ],
)
def test_a_member_that_is_missing_is_told_by_what_dotnet_has(types, member, expected):
    assert expected in RULES.of_missing_member(types, member)


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        (
            'DateTime.ParseExact("2024", "yyyy", null)',
            "Usage of member 'ParseExact' of type 'System.DateTime' is not supported within expressions",
        ),
        (
            "DateTime.UtcNow.ToUniversalTime()",
            "Usage of member 'ToUniversalTime' of type 'System.DateTime' is not supported within expressions",
        ),
        (
            "context.Timestamp.Kind",
            "Usage of member 'Kind' of type 'System.DateTime' is not supported within expressions",
        ),
        (
            "DateTimeKind.Local",
            "Usage of member 'Local' of type 'System.DateTimeKind' is not supported within expressions",
        ),
        (
            "DateTime.UtcNow.CompareTo(DateTime.Today)",
            "Usage of member 'CompareTo' of type 'System.DateTime' is not supported within expressions",
        ),
        (
            "new[] { DateTime.Now }.Select(date => date.ToLocalTime()).Any()",
            "Usage of member 'ToLocalTime' of type 'System.DateTime' is not supported within expressions",
        ),
        (
            "DateTime.Now.DayOfWeek == DayOfWeek.Monday",
            "Usage of type 'System.DayOfWeek' is not supported within expressions",
        ),
    ],
)
def test_what_api_management_refuses_is_a_warning_or_a_mistake(source, refusal):
    assert [text for _, text in compile_expression(f"@({source})").warnings] == [refusal]
    with pytest.raises(CompileError) as caught:
        compile_expression(f"@({source})", strict=True)
    assert [text for _, text in caught.value.mistakes] == [refusal]


@pytest.mark.parametrize(
    "source",
    [
        "DateTime.UtcNow.AddSeconds(1) - DateTime.Parse(DateTime.UtcNow.ToString()) > TimeSpan.Zero",
        "(int)new DateTime(2024, 1, 2).DayOfWeek == 1",
        'context.Request.Headers.GetValueOrDefault("a", "").Split(\',\').Select(x => x.Trim()).Any(x => x == "b")',
        'JObject.Parse("{}")["a"]?.ToString() ?? new Random(Guid.NewGuid().GetHashCode()).Next(1, 3).ToString()',
        '((string)context.Variables["a"]).Equals("b") || context.Subscription?.Id.ToString() == "x"',
        "new Dictionary<string, int>().Keys.Count == 0",
        'Encoding.UTF8.GetString(Convert.FromBase64String("eA=="))',
    ],
)
def test_what_it_allows_has_no_warning(source):
    assert compile_expression(f"@({source})", strict=True).warnings == ()


def test_the_tables_fit_together():
    assert MEMBERS.keys() <= set(TYPES)
    assert REFUSED_MEMBERS.keys() <= set(TYPES)
    assert not set(FULL_NAMES.values()) & set(TYPES)
    assert dotnet_members().keys() == set(TYPES)
    for name, members in MEMBERS.items():
        assert set(members) <= dotnet_members()[name] | {"Value", "Equals", "ToString", "GetHashCode"}, name


@pytest.mark.parametrize(
    ("type_", "member", "expected"),
    [
        ("System.DateTime", "Parse", True),
        ("System.DateTime", "TryParse", False),
        ("System.String", "anything", True),
        ("System.Xml.Linq.XDocument", "Parse", True),
        ("System.Xml.Linq.XDocument", "Load", False),
        ("System.IO.File", "Open", False),
    ],
)
def test_members_that_are_allowed(type_, member, expected):
    assert allows(type_, member) is expected

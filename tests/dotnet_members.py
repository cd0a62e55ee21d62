"""Records the members of the types that API Management allows, as real C# has them: ORACLE names the program.

    python -m tests.dotnet_members

Source: reflection in .NET Core 3.1 and Newtonsoft.Json 13. What every object has, what is obsolete, and what needs types
that API Management does not allow, is left out.
"""

import json
from pathlib import Path

from apim_lab.expressions.allowed_types import TYPES
from tests import oracle

FILE = Path(__file__).parents[1] / "addon" / "apim_lab" / "expressions" / "dotnet_members.json"
LOADED = (
    "@(new[] { typeof(Uri), typeof(XElement), typeof(HMACSHA1), typeof(IPAddress), typeof(WebUtility), typeof(Regex), "
    "typeof(Stack<int>), typeof(HashSet<int>), typeof(Enumerable), typeof(XmlNodeType), typeof(X509Certificate2), "
    "typeof(Oid), typeof(SHA1Managed), typeof(RNGCryptoServiceProvider), typeof(JObject) }.Length)"
)
"""Makes .NET load the assemblies of all types."""
MEMBERS = """@{
    var loaded = AppDomain.CurrentDomain.GetAssemblies().Where(it => !it.IsDynamic && it.Location != "");
    var types = loaded.SelectMany(it => it.GetExportedTypes());
    var named = types.Where(it => it.FullName.Split('`')[0].Replace('+', '.') == "NAME")
        .Where(it => !(it.IsNested && it.DeclaringType.IsGenericType));
    Func<Type, bool> needs = it => Regex.IsMatch(it.ToString(), @"REFUSED");
    var all = (System.Reflection.BindingFlags)(4 | 8 | 16 | 64);
    var inherited = named.Where(it => it.IsInterface).SelectMany(it => it.GetInterfaces());
    return string.Join(" ", named.Concat(inherited).SelectMany(it => it.GetMembers(all))
        .Where(it => !(it is System.Reflection.MethodInfo method && method.IsSpecialName))
        .Where(it => (it.MemberType & (System.Reflection.MemberTypes)(2 | 128)) == 0)
        .Where(it => it.DeclaringType != typeof(Enum) || named.Contains(typeof(Enum)))
        .Where(it => !(it is System.Reflection.MethodInfo method && needs(method.ReturnType)))
        .Where(it => !(it is System.Reflection.MethodBase method && method.GetParameters().Any(p => needs(p.ParameterType))))
        .Where(it => !(it is System.Reflection.PropertyInfo property && needs(property.PropertyType)))
        .Where(it => !it.GetCustomAttributes(true).Any(attribute => attribute is ObsoleteAttribute))
        .Select(it => it.Name));
}"""
REFUSED = (
    r"(?<!Time)Span|Memory`|Task|Stream|Json(Reader|Writer)|Xml(Reader|Writer)|Text(Reader|Writer)|Serialization|Rune|Tokens|"
    r"Reflection|Decoder|Encoder|ObjRef|Dynamic"
)
"""What API Management has no types for: members that need them are of no use."""
OF_OBJECT = {"Equals", "GetHashCode", "GetType", "ReferenceEquals", "ToString"}
OF_NO_USE = {"InitializeLifetimeService", "OnDeserialization"}
SHOWN = {"Chars": "Item", "value__": ""}


def main() -> None:
    asked = oracle.asked(
        [{"expr": LOADED}, *({"expr": MEMBERS.replace("NAME", name).replace("REFUSED", REFUSED)} for name in TYPES)]
    )[1:]
    found = {name: members(name, answer["value"]) for name, answer in zip(TYPES, asked, strict=True)}
    FILE.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n", encoding="utf-8")


def members(type_: str, names: str) -> str:
    """The names, each once, in order."""
    shown = {SHOWN.get(name, name) for name in names.split()} - {"", *OF_NO_USE}
    return " ".join(sorted(shown if type_ == "System.Object" else shown - OF_OBJECT))


if __name__ == "__main__":
    main()

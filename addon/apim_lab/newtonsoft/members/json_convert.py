"""`JsonConvert`: of it API Management allows `SerializeObject` and `DeserializeObject`.

Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, JsonConvert.cs. The settings and converters that some
overloads take are no types of policies: null is all that they can be given.
"""

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.values import Formatting
from apim_lab.newtonsoft.members.settings import CONVERTER, SERIALIZER_SETTINGS
from apim_lab.newtonsoft.serializer.reading import deserialized, deserialized_as
from apim_lab.newtonsoft.serializer.writing import serialized
from apim_lab.newtonsoft.tokens import write_json


def _serialize(value: object, _settings: object = None) -> str:
    return write_json(serialized(value), indented=False)


def _formatted(value: object, formatting: Formatting, _settings: object = None) -> str:
    return write_json(serialized(value), indented=formatting is Formatting.Indented)


_JSON_CONVERT = Definition(
    "static class JsonConvert",
    "Newtonsoft.Json.JsonConvert",
    members={
        "static object DeserializeObject(string value)": deserialized,
        f"static object DeserializeObject(string value, {SERIALIZER_SETTINGS} settings)": deserialized,
        "static T DeserializeObject<T>(string value)": deserialized_as,
        f"static T DeserializeObject<T>(string value, {SERIALIZER_SETTINGS} settings)": deserialized_as,
        f"static T DeserializeObject<T>(string value, params {CONVERTER}[] converters)": deserialized_as,
        "static string SerializeObject(object value)": _serialize,
        "static string SerializeObject(object value, Formatting formatting)": _formatted,
        f"static string SerializeObject(object value, {SERIALIZER_SETTINGS} settings)": _serialize,
        f"static string SerializeObject(object value, params {CONVERTER}[] converters)": _serialize,
        f"static string SerializeObject(object value, Formatting formatting, {SERIALIZER_SETTINGS} settings)": (
            _formatted
        ),
        f"static string SerializeObject(object value, Formatting formatting, params {CONVERTER}[] converters)": (
            _formatted
        ),
    },
)

DEFINITIONS = (_JSON_CONVERT,)

"""`token[key]` and `token[key] = value`. Source: Newtonsoft.Json 13.0.1, Linq/*.cs."""

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.formatting import to_string
from apim_lab.newtonsoft.navigation import no_children
from apim_lab.newtonsoft.token_types import class_name
from apim_lab.newtonsoft.tokens import JConstructor, JList, JObject, JToken


def item_at(token: JToken, key: object) -> JToken | None:
    """A member that is missing is null; raises ArgumentException if the key is not of the token's kind."""
    if isinstance(token, JObject):
        if given(key, "key").__class__ is not str:
            raise _bad_key("Accessed", token, key)
        return token.get(str(key))
    if isinstance(token, JList):
        if given(key, "key").__class__ is not int:
            raise _bad_key("Accessed", token, key)
        return token.at(int(key))  # type: ignore[call-overload]  # as its class says
    raise no_children(token)


def set_item(token: JToken, key: object, value: JToken | None) -> None:
    if isinstance(token, JObject):
        if given(key, "key").__class__ is not str:
            raise _bad_key("Set", token, key)
        token.set(str(key), value)
    elif isinstance(token, JList):
        if given(key, "key").__class__ is not int:
            raise _bad_key("Set", token, key)
        token.replace_at(int(key), value)  # type: ignore[call-overload]  # as its class says
    else:
        raise InvalidOperationException(f"Cannot set child value on {class_name(token)}.")


def _bad_key(doing: str, token: JToken, key: object) -> ArgumentException:
    shown = f'"{key}"' if key.__class__ is str else to_string(key)
    wanted = "Object property name"
    if isinstance(token, JList):
        wanted = "Argument position index" if isinstance(token, JConstructor) else "Int32 array index"
    name = token.__class__.__name__
    return ArgumentException(f"{doing} {name} values with invalid key value: {shown}. {wanted} expected.")


def member(token: JObject, name: str | None) -> JToken | None:
    """`JObject[string]`."""
    return token.get(given(name, "propertyName"))

"""The serializer reads a tree of tokens. Source: Newtonsoft.Json 13.0.1, Linq/JTokenReader.cs."""

from collections.abc import Iterator

from apim_lab.dotnet.exceptions import JsonException
from apim_lab.newtonsoft.navigation import path_of
from apim_lab.newtonsoft.serializer.value_reader import ValueReader
from apim_lab.newtonsoft.text.json_reader import Token, before_path
from apim_lab.newtonsoft.text.places import place_of
from apim_lab.newtonsoft.token_types import JTokenType
from apim_lab.newtonsoft.tokens import JArray, JConstructor, JContainer, JObject, JProperty, JToken, JValue, root_of

_KINDS: dict[JTokenType, Token] = {
    JTokenType[name]: Token(name)
    for name in ("Comment", "Integer", "Float", "String", "Boolean", "Null", "Undefined", "Date", "Raw", "Bytes")
} | {JTokenType[name]: Token.STRING for name in ("Guid", "Uri", "TimeSpan")}
_ENDS: dict[type[JContainer], tuple[Token, Token]] = {
    JObject: (Token.START_OBJECT, Token.END_OBJECT),
    JArray: (Token.START_ARRAY, Token.END_ARRAY),
    JConstructor: (Token.START_CONSTRUCTOR, Token.END_CONSTRUCTOR),
}

_CLOSING = {end for _, end in _ENDS.values()}


class TokenReader(ValueReader):
    """Reads one token and what it holds."""

    def __init__(self, root: JToken) -> None:
        self.root = self.current = root
        self.waiting: list[Iterator[JToken]] = [iter((root,))]
        self.open: list[JContainer] = []

    def read(self) -> bool:
        while self.waiting:
            found = next(self.waiting[-1], None)
            if found is not None:
                self._enter(found)
                return True
            self.waiting.pop()
            if self.open and self._leave(self.open.pop()):
                return True
        self.token, self.value = Token.NONE, None
        return False

    def _enter(self, token: JToken) -> None:
        self.current = token
        if isinstance(token, JContainer):
            self.waiting.append(iter(token.children()))
            self.open.append(token)
            if isinstance(token, JProperty):
                self.token, self.value = Token.PROPERTY_NAME, token.name
            else:
                self.token = _ENDS[token.__class__][0]
                self.value = token.name if isinstance(token, JConstructor) else None
        elif isinstance(token, JValue):
            self.token, self.value = _KINDS[token.type], token.value

    def _leave(self, container: JContainer) -> bool:
        """Past the end of what is not a property."""
        if isinstance(container, JProperty):
            return False
        self.current = container
        self.token, self.value = _ENDS[container.__class__][1], None
        return True

    def failure[E: JsonException](self, class_: type[E], message: str) -> E:
        return class_(f"{before_path(message)}Path '{path_of(self.current)}'{self._place()}.")

    def _place(self) -> str:
        """Where the token stands in the text that it was read from, if it was."""
        source = getattr(root_of(self.current), "source", None)
        if source is None or self.token in _CLOSING:
            return ""
        place = place_of(source, path_of(self.current), is_name=self.token is Token.PROPERTY_NAME)
        return "" if place is None else f", line {place[0]}, position {place[1]}"

    def tree(self) -> JToken:
        if isinstance(self.current, JContainer):
            self.waiting.pop()
            self.open.pop()
        return self.current.clone()

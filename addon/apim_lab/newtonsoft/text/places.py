"""Where in a text a token stands that was read from it: Newtonsoft keeps that of each token, for its messages."""

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.newtonsoft.text.json_reader import Token
from apim_lab.newtonsoft.text.text_reader import TextReader

# Of a text, in characters: to search it takes a second for each million
MAX_LENGTH = 100_000
_ENDS = {Token.COMMENT, Token.END_ARRAY, Token.END_CONSTRUCTOR, Token.END_OBJECT}


def place_of(text: str, path: str, *, is_name: bool) -> tuple[int, int] | None:
    """The line and the position behind the value at the path, or behind its name; None if it is not there."""
    if len(text) > MAX_LENGTH:
        return None
    reader = TextReader(text)
    try:
        while reader.read():
            if (reader.token is Token.PROPERTY_NAME) is is_name and reader.token not in _ENDS and reader.path() == path:
                return reader.line, reader.position - reader.line_start
    except DotNetError:
        pass
    return None

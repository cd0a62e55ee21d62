"""What `Regex` throws. Source: dotnet/corefx 3.1, Strings.resx of System.Text.RegularExpressions."""

from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.dotnet.exceptions import ArgumentException


class RegexParseException(ArgumentException):
    """The pattern is none; `place` is how far .NET has read it."""

    full_name = "System.Text.RegularExpressions.RegexParseException"

    def __init__(self, pattern: str, place: int, text: str) -> None:
        super().__init__(f"Invalid pattern '{pattern}' at offset {place}. {text}")


class RegexMatchTimeoutException(DotNetError):
    full_name = "System.Text.RegularExpressions.RegexMatchTimeoutException"
    default = (
        "The RegEx engine has timed out while trying to match a pattern to an input string. This can occur for many "
        "reasons, including very large inputs or excessive backtracking caused by nested quantifiers, back-references "
        "and other factors."
    )

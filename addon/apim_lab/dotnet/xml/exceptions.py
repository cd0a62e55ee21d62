"""What .NET throws for XML that is none."""

from apim_lab.csharp.runtime.exceptions import DotNetError


class XmlException(DotNetError):
    """`line` and `position` count from 1; without them the message tells no place."""

    full_name = "System.Xml.XmlException"

    def __init__(self, message: str, line: int = 0, position: int = 0) -> None:
        super().__init__(f"{message} Line {line}, position {position}." if line else message)

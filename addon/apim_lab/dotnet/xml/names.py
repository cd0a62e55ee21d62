"""`XName` and `XNamespace`. Source: .NET Core 3.1, XName.cs, XNamespace.cs; XmlConvert.cs, `VerifyNCName`."""

from typing import ClassVar
from weakref import WeakValueDictionary

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.runtime.values import object_text
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentNullException
from apim_lab.dotnet.xml.characters import NAME_REST, NAME_START
from apim_lab.dotnet.xml.exceptions import XmlException


class XNamespace:
    """The namespace of this URI: there is one object for each. `XNamespace.of` finds it."""

    __slots__ = ("__weakref__", "uri")
    type: ClassVar[Type] = Type("XNamespace", full_name="System.Xml.Linq.XNamespace")

    def __init__(self, uri: str) -> None:
        self.uri = uri

    @classmethod
    def of(cls, uri: str | None) -> "XNamespace":
        found = _namespaces.get(given(uri, "namespaceName"))
        if found is None:
            allocate(OBJECT + len(uri or ""))
            found = _namespaces.setdefault(uri, cls(uri))  # type: ignore[arg-type]  # as it is not null
        return found

    def name(self, local: str | None) -> "XName":
        """Raises XmlException for what is no name."""
        return XName.of(verified(given(local, "localName")), self)


class XName:
    """A local name in a namespace: there is one object for each. `XName.of` finds it."""

    __slots__ = ("__weakref__", "local", "namespace")
    type: ClassVar[Type] = Type("XName", full_name="System.Xml.Linq.XName")

    def __init__(self, local: str, namespace: XNamespace) -> None:
        self.local = local
        self.namespace = namespace

    @classmethod
    def of(cls, local: str, namespace: XNamespace) -> "XName":
        key = (local, namespace.uri)
        found = _names.get(key)
        if found is None:
            allocate(OBJECT + len(local))
            found = _names.setdefault(key, cls(local, namespace))
        return found

    def __str__(self) -> str:
        return f"{{{self.namespace.uri}}}{self.local}" if self.namespace.uri else self.local


# Those that are in use anywhere
_namespaces: WeakValueDictionary[str, XNamespace] = WeakValueDictionary()
_names: WeakValueDictionary[tuple[str, str], XName] = WeakValueDictionary()
NONE = XNamespace.of("")
XML = XNamespace.of("http://www.w3.org/XML/1998/namespace")
XMLNS = XNamespace.of("http://www.w3.org/2000/xmlns/")


def expanded(text: str | None) -> XName:
    """`{namespace}local`; raises ArgumentException and XmlException for what is none."""
    if given(text, "expandedName") == "":
        raise _invalid("")
    text = str(text)
    if text[0] != "{":
        return NONE.name(text)
    end = text.rfind("}")
    if end <= 1 or end == len(text) - 1:
        raise _invalid(text)
    return XNamespace.of(text[1:end]).name(text[end + 1 :])


def _invalid(text: str) -> ArgumentException:
    return ArgumentException(f"'{text}' is an invalid expanded name.")


def verified(name: str, parameter: str = "name") -> str:
    """A name without colon; raises XmlException for what is none."""
    if not name:
        error = ArgumentNullException(parameter)
        error.message = f"The empty string '' is not a valid local name. (Parameter '{parameter}')"
        raise error
    fault = fault_of(name)
    if fault:
        raise XmlException(fault)
    return name


def fault_of(name: str) -> str:
    """What .NET has against the name; "" if it is one."""
    if not NAME_START.match(name):
        return f"Name cannot begin with the '{name[0]}' character, hexadecimal value 0x{ord(name[0]):02X}."
    rest = NAME_REST.match(name)
    end = rest.end() if rest else 0
    if end == len(name):
        return ""
    return f"The '{name[end]}' character, hexadecimal value 0x{ord(name[end]):02X}, cannot be included in a name."


@object_text.register
def _name_text(name: XName) -> str:
    return str(name)


@object_text.register
def _namespace_text(namespace: XNamespace) -> str:
    return namespace.uri

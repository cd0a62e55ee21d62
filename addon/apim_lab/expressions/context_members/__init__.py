"""`context` and everything that hangs on it. Source: api-management-policy-expressions.md, "Context variable"."""

from apim_lab.csharp.runtime.values import object_text
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.expressions.context_members import (
    basic_credentials,
    bodies,
    certificates,
    dictionaries,
    encryption,
    forms,
    json_web_tokens,
    messages,
    root,
    services,
)

_OWN: tuple[Definition, ...] = (bodies.DEFINITION, *messages.DEFINITIONS, *root.DEFINITIONS, *services.DEFINITIONS)

DEFINITIONS: tuple[Definition, ...] = (
    *_OWN,
    *basic_credentials.DEFINITIONS,
    *dictionaries.DEFINITIONS,
    certificates.DEFINITION,
    encryption.DEFINITION,
    forms.DEFINITION,
    *json_web_tokens.DEFINITIONS,
)


def _name_class(class_: type, name: str) -> None:
    """Let `ToString()` write the interface: what the class is called in Azure is not known."""
    object_text.register(class_, lambda _: name)


for _definition in _OWN:
    if _definition.python is not None and _definition.declared.kind == "interface":
        _name_class(_definition.python, _definition.name)

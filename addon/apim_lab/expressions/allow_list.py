"""The types that policy expressions may use, and their `context`.

Source: api-management-policy-expressions.md, ".NET Framework types allowed in policy expressions". A type that is in
none of these tables cannot be named.
"""

from apim_lab.csharp.library import Library
from apim_lab.csharp.signatures import Parameter
from apim_lab.csharp.types import Type
from apim_lab.dotnet import date_members, json_members, numbers, objects, strings, time_span_members
from apim_lab.expressions import context_members

LIBRARY = Library(
    [
        *context_members.DEFINITIONS,
        *date_members.DEFINITIONS,
        *json_members.DEFINITIONS,
        *numbers.DEFINITIONS,
        *objects.DEFINITIONS,
        *strings.DEFINITIONS,
        *time_span_members.DEFINITIONS,
    ]
)
CONTEXT = Parameter("context", Type("IProxyRequestContext"))

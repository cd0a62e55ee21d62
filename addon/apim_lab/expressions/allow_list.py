"""The allow-list of policy expressions (api-management-policy-expressions.md, ".NET Framework types allowed").

Importing this module puts it into the library. A type that is in none of these tables cannot be named.
"""

from apim_lab.dotnet import date_members, json_members, library, numbers, objects, strings, time_span_members
from apim_lab.expressions import context_members

for _module in (objects, strings, numbers, date_members, time_span_members, json_members, context_members):
    library.declare(_module.DEFINITIONS)

"""The types that policy expressions may use, and their `context`.

Source: api-management-policy-expressions.md, ".NET Framework types allowed in policy expressions". A type that is in
none of these tables cannot be named.
"""

from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.symbols.signatures import Parameter
from apim_lab.csharp.types import Type
from apim_lab.dotnet import (
    delegates,
    enum_members,
    exception_members,
    guids,
    nullables,
    objects,
    type_members,
    value_tuples,
)
from apim_lab.dotnet.collections import (
    array_members,
    comparers,
    dictionary_interface,
    dictionary_members,
    dictionary_views,
    interfaces,
    key_value_pairs,
    lines,
    list_members,
    read_only,
    sets,
    string_comparers,
    tuples,
)
from apim_lab.dotnet.conversion import (
    bit_converter,
    convert_members,
)
from apim_lab.dotnet.cryptography import (
    certificates,
    hash_algorithm_names,
    hash_members,
    object_identifiers,
    random_bytes,
    rsa_members,
    rsa_paddings,
    symmetric_members,
)
from apim_lab.dotnet.dates import (
    date_members,
    date_time_offset_members,
    time_span_members,
    time_zone_members,
)
from apim_lab.dotnet.globalization import (
    cultures,
)
from apim_lab.dotnet.linq import (
    enumerables,
)
from apim_lab.dotnet.net import (
    ip_addresses,
    uri_members,
    web_utility,
)
from apim_lab.dotnet.numbers import (
    math_functions,
    numbers,
    random_numbers,
)
from apim_lab.dotnet.regular_expressions import (
    regex_members,
    regex_options,
)
from apim_lab.dotnet.text import (
    chars,
    encoding_members,
    string_builder_members,
    string_reader,
    string_writer,
    strings,
)
from apim_lab.dotnet.xml import members as xml_members
from apim_lab.expressions import context_members
from apim_lab.expressions.restrictions import Restrictions
from apim_lab.newtonsoft import members as json_members

LIBRARY = Library(
    [
        *array_members.DEFINITIONS,
        *bit_converter.DEFINITIONS,
        *certificates.DEFINITIONS,
        *chars.DEFINITIONS,
        *comparers.DEFINITIONS,
        *context_members.DEFINITIONS,
        *convert_members.DEFINITIONS,
        *cultures.DEFINITIONS,
        *date_members.DEFINITIONS,
        *date_time_offset_members.DEFINITIONS,
        *delegates.DEFINITIONS,
        *dictionary_interface.DEFINITIONS,
        *dictionary_members.DEFINITIONS,
        *dictionary_views.DEFINITIONS,
        *encoding_members.DEFINITIONS,
        *enum_members.DEFINITIONS,
        *enumerables.DEFINITIONS,
        *exception_members.definitions(),
        *guids.DEFINITIONS,
        *hash_algorithm_names.DEFINITIONS,
        *hash_members.DEFINITIONS,
        *interfaces.DEFINITIONS,
        *ip_addresses.DEFINITIONS,
        *json_members.DEFINITIONS,
        *key_value_pairs.DEFINITIONS,
        *lines.DEFINITIONS,
        *list_members.DEFINITIONS,
        *math_functions.DEFINITIONS,
        *nullables.DEFINITIONS,
        *numbers.DEFINITIONS,
        *object_identifiers.DEFINITIONS,
        *objects.DEFINITIONS,
        *random_bytes.DEFINITIONS,
        *random_numbers.DEFINITIONS,
        *read_only.DEFINITIONS,
        *regex_members.DEFINITIONS,
        *regex_options.DEFINITIONS,
        *rsa_members.DEFINITIONS,
        *rsa_paddings.DEFINITIONS,
        *sets.DEFINITIONS,
        *string_builder_members.DEFINITIONS,
        *string_comparers.DEFINITIONS,
        *string_reader.DEFINITIONS,
        *string_writer.DEFINITIONS,
        *strings.DEFINITIONS,
        *symmetric_members.DEFINITIONS,
        *time_span_members.DEFINITIONS,
        *time_zone_members.DEFINITIONS,
        *tuples.DEFINITIONS,
        *type_members.DEFINITIONS,
        *uri_members.DEFINITIONS,
        *value_tuples.DEFINITIONS,
        *web_utility.DEFINITIONS,
        *xml_members.DEFINITIONS,
    ],
    Restrictions(),
)
CONTEXT = Parameter("context", Type("IProxyRequestContext"))

"""The types of Newtonsoft.Json and their members. Source: newtonsoft.com/json/help."""

from apim_lab.newtonsoft.members import (
    arrays,
    constructors,
    containers,
    enumerables,
    enumerations,
    json_convert,
    objects,
    properties,
    raws,
    settings,
    tokens,
    values,
)

DEFINITIONS = (
    *arrays.DEFINITIONS,
    *constructors.DEFINITIONS,
    *containers.DEFINITIONS,
    *enumerables.DEFINITIONS,
    *enumerations.DEFINITIONS,
    *json_convert.DEFINITIONS,
    *objects.DEFINITIONS,
    *properties.DEFINITIONS,
    *raws.DEFINITIONS,
    *settings.DEFINITIONS,
    *tokens.DEFINITIONS,
    *values.DEFINITIONS,
)

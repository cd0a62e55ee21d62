"""Types that rows name and policies cannot: null is the only value that a policy has of them."""

from apim_lab.csharp.symbols.definitions import Definition

# In full, so that their short names are as unknown as in API Management
LOAD_SETTINGS = "Newtonsoft.Json.Linq.JsonLoadSettings"
MERGE_SETTINGS = "Newtonsoft.Json.Linq.JsonMergeSettings"
SELECT_SETTINGS = "Newtonsoft.Json.Linq.JsonSelectSettings"
SERIALIZER_SETTINGS = "Newtonsoft.Json.JsonSerializerSettings"
CONVERTER = "Newtonsoft.Json.JsonConverter"

DEFINITIONS = tuple(
    Definition(f"class {name}", name)
    for name in (CONVERTER, LOAD_SETTINGS, MERGE_SETTINGS, SELECT_SETTINGS, SERIALIZER_SETTINGS)
)

"""The names of all public members of the types that API Management allows, as .NET Core 3.1 and Newtonsoft.Json 13 have
them. `python -m tests.dotnet_members` records them; what `Object` has is left out of the others.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def dotnet_members() -> Mapping[str, frozenset[str]]:
    """Names by the full name of the type; constructors are called ".ctor", indexers "Item"."""
    recorded = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return {name: frozenset(members.split()) for name, members in recorded.items()}

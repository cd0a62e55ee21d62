"""The control against its own OpenAPI document: `schemathesis` makes up calls and checks the answers.

It tries the methods that are not there, each bound of the schemas, and bodies and queries that fit and others.
"""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings

from mockbackends import Backend, Deployment, Fleet
from mockbackends.control import create_control, openapi

EXAMPLES = 25  # of each operation, besides those at the bounds
KNOWN = {"backend": "east", "deployment": "gpt-4o"}


def document() -> dict[str, Any]:
    """Return the document with the names in the fleet: other names would mostly be answered by 404."""
    described = openapi()
    for operation in (operation for item in described["paths"].values() for operation in item.values()):
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                parameter["schema"]["enum"] = [KNOWN[parameter["name"]]]
    return described


schema = schemathesis.openapi.from_dict(document())
schema.app = create_control(Fleet([Backend("east", deployments=(Deployment(name="gpt-4o"),)), Backend("west")]))


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_an_operation_keeps_to_the_document(case: Any) -> None:
    case.validate_response(case.call(base_url="http://localhost"))

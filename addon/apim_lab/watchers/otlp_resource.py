"""Who sends: the `service.name` of the environment, else apim-lab."""

from opentelemetry.sdk.resources import SERVICE_NAME, Resource


def describe() -> Resource:
    """What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say, and a name if they give none."""
    resource = Resource.create()
    if str(resource.attributes[SERVICE_NAME]).startswith("unknown_service"):
        return resource.merge(Resource({SERVICE_NAME: "apim-lab"}))
    return resource

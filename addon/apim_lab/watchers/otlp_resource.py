"""The resource of all spans and metrics: the `service.name` of the environment, else apim-lab."""

from opentelemetry.sdk.resources import SERVICE_NAME, Resource


def describe() -> Resource:
    """The resource that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES describe, named apim-lab if not by them."""
    resource = Resource.create()
    if str(resource.attributes[SERVICE_NAME]).startswith("unknown_service"):
        return resource.merge(Resource({SERVICE_NAME: "apim-lab"}))
    return resource

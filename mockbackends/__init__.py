"""Mock Azure OpenAI backends: chat completions as on Azure's wire, with limits, latency and faults."""

from mockbackends.backend import Backend
from mockbackends.server import Call, Fleet, PortError, serve

__all__ = ["Backend", "Call", "Fleet", "PortError", "serve"]

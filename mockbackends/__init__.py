"""Mock Azure OpenAI backends: answers as on Azure's wire, with limits, latency and faults."""

from mockbackends.backend import Backend
from mockbackends.clock import Clock
from mockbackends.fleet import Fleet
from mockbackends.recorder import Call
from mockbackends.server import PortError, serve
from mockbackends.settings import Deployment, Fault, Latency, Limits

__all__ = ["Backend", "Call", "Clock", "Deployment", "Fault", "Fleet", "Latency", "Limits", "PortError", "serve"]

"""A mitmproxy script that answers `GET /vitals`: how many asyncio tasks there are, as JSON."""

import asyncio
import json

from mitmproxy import http


def requestheaders(flow: http.HTTPFlow) -> None:
    if flow.request.path == "/vitals":
        flow.response = http.Response.make(200, json.dumps({"tasks": len(asyncio.all_tasks())}))

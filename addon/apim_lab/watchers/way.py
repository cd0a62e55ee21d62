"""The way of a call and how it ended, for people."""

from apim_lab.tracing.call import Call


def way(call: Call) -> str:
    """The journey, and who stopped it: "openAiBackend1 200 · failed in expression"."""
    return " · ".join(part for part in (journey(call), ending(call)) if part)


def journey(call: Call) -> str:
    """Where it went; "" for one that the gateway stopped before."""
    return call.context.journey() if call.context.attempts or not ending(call) else ""


def ending(call: Call) -> str:
    """Who or what ended it, unless it was answered."""
    match call.outcome:
        case "refused":
            return f"refused by {call.by}"
        case "failed":
            return f"failed in {call.by or 'the gateway'}"
        case "gone":
            return "broken off" if call.status else "client left"
        case _:
            return ""

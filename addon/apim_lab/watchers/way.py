"""The way of a call and its ending, in words."""

from apim_lab.tracing.call import Call


def way(call: Call) -> str:
    """The journey and the ending: "openAiBackend1 200 · failed in expression"."""
    return " · ".join(part for part in (journey(call), ending(call)) if part)


def journey(call: Call) -> str:
    """The backends that it went to; "" if the gateway stopped it before."""
    return call.context.journey() if call.context.attempts or not ending(call) else ""


def ending(call: Call) -> str:
    """Who or what ended it, like "refused by rate-limit-by-key" or "refused: foreign Host"; "" if it was answered."""
    match call.outcome:
        case "refused":
            return f"refused: {call.refused}" if call.refused else f"refused by {call.by}"
        case "failed":
            return f"failed in {call.by or 'the gateway'}"
        case "gone":
            return "broken off" if call.status else "client left"
        case _:
            return ""

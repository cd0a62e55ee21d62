"""What happened at each line of a policy, and how the statements of a run stand in each other."""

from apim_lab.tracing.attributes import shown
from apim_lab.tracing.trace import Entry


def marks(entries: list[Entry]) -> dict[int, str]:
    """What happened at each line of the policy.

    "true" or "false" for a condition, the former if it was so once; else "ran" for a statement; "error" where one came
    from, whatever else happened there.
    """
    found: dict[int, str] = {}
    for entry in entries:
        if entry.step.line:
            found.setdefault(entry.step.line, "ran")
        for computed, value in entry.values:
            if isinstance(value, bool) and computed.name == "condition" and found.get(computed.line) != "true":
                found[computed.line] = shown(value)
    for index, entry in enumerate(entries):
        if has_failed(entries, index):
            found[entry.failed.line if entry.failed else entry.step.line] = "error"
    found.pop(0, None)
    return found


def has_failed(entries: list[Entry], index: int) -> bool:
    """Whether the statement raised an error itself: none that a statement inside it raised."""
    entry = entries[index]
    for inner in entries[index + 1 :]:
        if inner.depth <= entry.depth:
            break
        if inner.depth == entry.depth + 1 and inner.error == entry.error:
            return False
    return bool(entry.error)


def around_entry(entries: list[Entry], index: int) -> list[Entry]:
    """The statements that a statement stands in, the outermost first."""
    found: list[Entry] = []
    depth = entries[index].depth
    for entry in reversed(entries[:index]):
        if entry.depth < depth:
            found.append(entry)
            depth = entry.depth
    return found[::-1]

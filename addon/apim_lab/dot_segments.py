"""The segments `.` and `..` of a path: they are removed before anybody looks at it (RFC 3986, section 5.2.4).

A backend's URL ends in `/openai`, and the rest of the client's path is put behind it. With `/../admin` a client would
reach another part of the backend, with the backend's own key.
"""

import re

HIDDEN = re.compile(r"(?:^|[/\\]|%2f|%5c)(?:\.|%2e){2}(?:$|[/\\;]|%2f|%5c|%3b)", re.IGNORECASE)
"""A `..` between what only some servers take for ends of a segment: `\\`, an encoded slash, the `;` of a parameter."""


def remove_dot_segments(path: str) -> str:
    """The path without them. An encoded dot is a dot (RFC 3986, section 6.2.2.2).

    Raises ValueError if another server might still find one, as in `/a/..%2fadmin`.
    """
    if "/." not in path and "%" not in path and "\\" not in path:
        return path
    path = "/".join(kept_segments(path.split("/")))
    if HIDDEN.search(path):
        raise ValueError("'..' beside a backslash, a semicolon or an encoded slash: servers read it differently")
    return path


def kept_segments(segments: list[str]) -> list[str]:
    """The segments that remain; the first is what stands before the first slash."""
    kept: list[str] = []
    for segment in segments:
        dots = segment.replace("%2e", ".").replace("%2E", ".")
        if dots not in (".", ".."):
            kept.append(segment)
        elif dots == ".." and len(kept) > 1:
            kept.pop()
    ends_in_dots = dots in (".", "..")
    return [*kept, ""] if ends_in_dots else kept

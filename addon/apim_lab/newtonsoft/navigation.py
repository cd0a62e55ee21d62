"""From one token to others: parents, neighbours, descendants, and the path from the root.

Source: Newtonsoft.Json 13.0.1, Linq/JToken.cs, Linq/JContainer.cs.
"""

from collections.abc import Iterator, Sequence

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.newtonsoft.paths.token_path import Step, path_text
from apim_lab.newtonsoft.token_types import class_name
from apim_lab.newtonsoft.tokens import JContainer, JList, JObject, JProperty, JToken, position_in


def parent_of(token: JToken) -> JContainer | None:
    """`Parent`: of a member's value it is the property."""
    parent = token.parent
    if not isinstance(parent, JObject) or isinstance(token, JProperty):
        return parent
    return parent.property(parent.name_of(token))


def path_of(token: JToken) -> str:
    """`Path`."""
    steps: list[Step] = [token.name] if isinstance(token, JProperty) and token.parent is not None else []
    parent = token.parent
    while parent is not None:
        allocate(OBJECT)
        step = _step(parent, token)
        if step is not None:
            steps.append(step)
        token, parent = parent, parent.parent
    return path_text(steps[::-1])


def _step(parent: JContainer, token: JToken) -> Step | None:
    if isinstance(parent, JList):
        return parent.index_of(token)
    if isinstance(parent, JProperty):
        return parent.name
    return parent.name_of(token) if isinstance(parent, JObject) and not isinstance(token, JProperty) else None


def first_of(token: JToken) -> JToken | None:
    return next(iter(_children(token)), None)


def last_of(token: JToken) -> JToken | None:
    return next(reversed(_children(token)), None)


def _children(token: JToken) -> Sequence[JToken]:
    if not isinstance(token, JContainer):
        raise no_children(token)
    return token.children()


def no_children(token: JToken) -> InvalidOperationException:
    return InvalidOperationException(f"Cannot access child value on {class_name(token)}.")


def neighbour(token: JToken, distance: int) -> JToken | None:
    """The token so many places further among its parent's children; null beyond the ends."""
    parent = parent_of(token)
    if parent is None:
        return None
    siblings = parent.children()
    index = position_in(siblings, token) + distance
    return siblings[index] if 0 <= index < len(siblings) else None


def siblings_of(token: JToken, *, after: bool) -> list[JToken]:
    """`AfterSelf` and `BeforeSelf`."""
    parent = parent_of(token)
    if parent is None:
        return []
    siblings = list(parent.children())
    index = position_in(siblings, token)
    return siblings[index + 1 :] if after else siblings[:index]


def ancestors(token: JToken | None) -> Iterator[JToken]:
    """The token and all that it stands in."""
    while token is not None:
        allocate(OBJECT)
        yield token
        token = parent_of(token)


def descendants(token: JToken) -> Iterator[JToken]:
    """All that stands in the token, in the order of the text."""
    waiting = [iter(token.children())]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
            continue
        # Not memory but time
        allocate(OBJECT)
        yield found
        if isinstance(found, JContainer):
            waiting.append(iter(found.children()))

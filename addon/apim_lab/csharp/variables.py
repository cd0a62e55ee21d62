"""How the code reads and writes local variables.

A variable is a place in the frame. One that a lambda uses is in a cell of its own there, which the lambda keeps: both
see what the other assigns, and each round of a loop has new variables. Source: the C# specification, "Outer variables".
"""

from collections.abc import Callable, Sequence
from typing import Any

from apim_lab.csharp.code import Code, Frame, Run, in_slot
from apim_lab.csharp.scopes import Local

type Store = Callable[[Frame, Any], None]


def read(local: Local) -> Code:
    """The value of the variable."""
    if not local.captured:
        return in_slot(local.type, local.slot)
    slot = local.slot
    return Code(local.type, lambda frame: frame.locals[slot][0])


def storing(local: Local, run: Run, *, new: bool = False) -> Run:
    """Assign what `run` yields, and yield it; `new` where the variable is declared."""
    slot = local.slot
    if local.captured:
        return _storing_in_cell(storer(local, new=new), run)

    def store(frame: Frame) -> Any:
        frame.locals[slot] = value = run(frame)
        return value

    return store


def _storing_in_cell(store: Store, run: Run) -> Run:
    def storing_in_cell(frame: Frame) -> Any:
        value = run(frame)
        store(frame, value)
        return value

    return storing_in_cell


def storer(local: Local, *, new: bool = False) -> Store:
    """A function that assigns a value to the variable; `new` where it is declared."""
    slot = local.slot

    def store(frame: Frame, value: Any) -> None:
        frame.locals[slot] = value

    def store_in_new_cell(frame: Frame, value: Any) -> None:
        frame.locals[slot] = [value]

    def store_in_cell(frame: Frame, value: Any) -> None:
        cell_of(frame, slot)[0] = value

    if not local.captured:
        return store
    return store_in_new_cell if new and not local.begins else store_in_cell


def cell_of(frame: Frame, slot: int) -> list[Any]:
    """The cell of a captured variable, also before it was assigned."""
    cell = frame.locals[slot]
    if cell is None:
        cell = frame.locals[slot] = [None]
    return cell  # type: ignore[no-any-return]  # a captured variable's place holds nothing else


def make_function(
    frame: Frame, captures: Sequence[tuple[int, int]], slots: int, stores: Sequence[Store], run: Run
) -> Callable[..., Any]:
    """The function whose body is `run`. `captures`: variables that both frames share, by their places in each."""
    cells = [(inner, cell_of(frame, outer)) for outer, inner in captures]

    def call(*values: Any) -> Any:
        called = frame.inner(slots)
        for slot, cell in cells:
            called.locals[slot] = cell
        for store, value in zip(stores, values, strict=False):
            store(called, value)
        return run(called)

    return call

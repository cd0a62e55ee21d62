"""Text that a client or a backend chose, made harmless for a terminal, a label or an attribute."""


def printable(text: str, longest: int | None = None) -> str:
    r"""The text, cut to `longest` characters, with unprintable characters escaped, like `\x1b`."""
    if longest is not None and len(text) > longest:
        text = text[: longest - 1] + "…"
    if text.isprintable():
        return text
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return printable(shown, longest)

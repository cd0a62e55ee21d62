"""UTF-7 as .NET writes and reads it. Source: RFC 2152; dotnet/coreclr 3.1, UTF7Encoding.cs."""

_DIRECT = frozenset(map(ord, "\t\n\r '(),-./0123456789:?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_VALUES = {byte: value for value, byte in enumerate(_BASE64)}
_PLUS, _MINUS = 43, 45


def encode(units: str) -> bytes:
    """Unlike others', .NET's ends each run of Base64 with "-"."""
    found = bytearray()
    run: list[int] = []
    for unit in map(ord, units):
        if unit not in _DIRECT and (unit != _PLUS or run):
            run.append(unit)
            continue
        found += _run(run)
        run = []
        found += b"+-" if unit == _PLUS else bytes((unit,))
    return bytes(found + _run(run))


def _run(units: list[int]) -> bytes:
    if not units:
        return b""
    bits, found = 0, bytearray(b"+")
    count = 0
    for unit in units:
        bits, count = (bits << 16 | unit) & 0xFFFFFF, count + 16
        while count >= 6:
            count -= 6
            found.append(_BASE64[bits >> count & 63])
    if count:
        found.append(_BASE64[bits << (6 - count) & 63])
    return bytes(found + b"-")


def decode(data: bytes) -> str:
    """A byte that does not belong there is the character of its number."""
    found: list[str] = []
    bits, count, first = 0, -1, False
    for byte in data:
        if count < 0:
            if byte == _PLUS:
                bits, count, first = 0, 0, True
            else:
                found.append(chr(byte))
        elif byte in _VALUES:
            bits, count, first = (bits << 6 | _VALUES[byte]) & 0xFFFFFF, count + 6, False
            if count >= 16:
                count -= 16
                found.append(chr(bits >> count & 0xFFFF))
        else:
            count = -1
            if byte != _MINUS:
                found.append(chr(byte) if byte else "")
            elif first:
                found.append("+")
    return "".join(found)

"""ISO 8859-1 as .NET Core writes it: what it has not becomes the letter that looks alike, or "?".

Source: recorded from .NET Core 3.1; .NET 5 writes "?" for all of them.
"""

_ALIKE = {
    " ": "\u2000\u2001\u2002\u2003\u2004\u2005\u2006",
    '"': "\u02ba\u030e\u201c\u201d\u201e",
    "'": "\u02b9\u02bc\u02c8\u2018\u2019\u2032",
    ",": "\u201a",
    "-": "\u2010\u2011\u2013\u2014",
    ".": "\u2022\u2026",
    "<": "\u2039",
    ">": "\u203a",
    "A": "\u0100\u0102\u0104\u01cd\u01de",
    "C": "\u0106\u0108\u010a\u010c",
    "D": "\u010e\u0110\u0189",
    "E": "\u0112\u0114\u0116\u0118\u011a",
    "F": "\u0191",
    "G": "\u011c\u011e\u0120\u0122\u01e4\u01e6",
    "H": "\u0124\u0126",
    "I": "\u0128\u012a\u012c\u012e\u0130\u0197\u01cf",
    "J": "\u0134",
    "K": "\u0136\u01e8",
    "L": "\u0139\u013b\u013d\u0141",
    "N": "\u0143\u0145\u0147",
    "O": "\u014c\u014e\u0150\u0152\u019f\u01a0\u01d1\u01ea\u01ec",
    "R": "\u0154\u0156\u0158",
    "S": "\u015a\u015c\u015e\u0160",
    "T": "\u0162\u0164\u0166\u01ae\u2122",
    "U": "\u0168\u016a\u016c\u016e\u0170\u0172\u01af\u01d3\u01d5\u01d7\u01d9\u01db",
    "W": "\u0174",
    "Y": "\u0176\u0178",
    "Z": "\u0179\u017b\u017d",
    "^": "\u02c4\u02c6\u0302",
    "_": "\u02cd\u0331\u0332",
    "`": "\u02cb\u0300\u2035",
    "a": "\u0101\u0103\u0105\u01ce\u01df",
    "b": "\u0180",
    "c": "\u0107\u0109\u010b\u010d",
    "d": "\u010f\u0111",
    "e": "\u0113\u0115\u0117\u0119\u011b",
    "f": "\u0192",
    "g": "\u011d\u011f\u0121\u0123\u01e5\u01e7\u0261",
    "h": "\u0125\u0127",
    "i": "\u0129\u012b\u012d\u012f\u0131\u01d0",
    "j": "\u0135\u01f0",
    "k": "\u0137\u01e9",
    "l": "\u013a\u013c\u013e\u0142\u019a",
    "n": "\u0144\u0146\u0148",
    "o": "\u014d\u014f\u0151\u0153\u01a1\u01d2\u01eb\u01ed",
    "r": "\u0155\u0157\u0159",
    "s": "\u015b\u015d\u015f\u0161",
    "t": "\u0163\u0165\u0167\u01ab",
    "u": "\u0169\u016b\u016d\u016f\u0171\u0173\u01b0\u01d4\u01d6\u01d8\u01da\u01dc",
    "w": "\u0175",
    "y": "\u0177",
    "z": "\u017a\u017c\u017e\u01b6",
    "~": "\u02dc\u0303",
}
# The wide forms of ASCII, as in Japanese texts; that of the question mark becomes one anyway
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BEST_FIT = {**_WIDE, **{ord(unit): ord(letter) for letter, units in _ALIKE.items() for unit in units}}


def encode(units: str) -> bytes:
    return units.translate(_BEST_FIT).encode("latin-1", "replace")

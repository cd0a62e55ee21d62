"""The numeric types and `bool`: their operators, constants and members.

Source: the C# specification, "Integral types" to "The decimal type"; learn.microsoft.com/dotnet/api/system.int32 and
its neighbours.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from apim_lab.csharp.runtime import decimals
from apim_lab.csharp.runtime.arithmetic import ARITHMETIC, COMPARISONS, UNARY
from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, TYPES, Integral, Single
from apim_lab.csharp.runtime.numeric_conversions import EXPLICIT, single
from apim_lab.csharp.runtime.values import Array, Int64
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import DECIMAL, INT, Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.conversion.type_codes import TYPE_CODE
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.formatting import format_value
from apim_lab.dotnet.numbers.math_functions import DECIMAL_ROUNDING
from apim_lab.dotnet.numbers.number_parsing import PARSERS, parse_bool, trying
from apim_lab.dotnet.numbers.number_styles import NumberStyles, styled_parser, styled_trying

_Table = dict[str, Any]
_INT32 = BY_KEYWORD["int"]


# ---- what all of them have ----------------------------------------------------------------------------------------


def _operators(keyword: str) -> _Table:
    """The operators that C# predefines for operands of this type; a shift's right operand is an int."""
    compare = {symbol: COMPARISONS[symbol] for symbol in ("==", "!=")} if keyword == "bool" else COMPARISONS
    right = {"<<": "int", ">>": "int"}
    return {
        **{
            f"static {keyword} operator {symbol}({keyword} left, {right.get(symbol, keyword)} right)": function
            for symbol, function in ARITHMETIC[keyword].items()
        },
        **{f"static bool operator {s}({keyword} left, {keyword} right)": f for s, f in compare.items()},
        **{f"static {keyword} operator {s}({keyword} value)": f for s, f in UNARY[keyword].items()},
    }


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _order_doubles(left: float, right: float) -> int:
    """NaN comes before all others."""
    if math.isnan(left) or math.isnan(right):
        return int(math.isnan(right)) - int(math.isnan(left))
    return _order(left, right)


def _same_doubles(left: float, right: float) -> bool:
    return left == right or (math.isnan(left) and math.isnan(right))


def _same(left: Any, right: Any) -> bool:
    return bool(left == right)


def _compare(name: str, order: Callable[[Any, Any], int]) -> Callable[[Any, Any], int]:
    """`CompareTo(object)`: null comes first, and a value of another type is refused."""

    def compare(left: Any, right: Any) -> int:
        if right is None:
            return 1
        if right.__class__ is not left.__class__:
            raise ArgumentException(f"Object must be of type {name}.")
        return order(left, right)

    return compare


def _comparison(
    keyword: str, name: str, order: Callable[[Any, Any], int] = _order, same: Callable[[Any, Any], bool] = _same
) -> _Table:
    return {
        f"int CompareTo({keyword} value)": order,
        "int CompareTo(object value)": _compare(name, order),
        f"bool Equals({keyword} obj)": same,
        "bool Equals(object obj)": lambda left, right: right.__class__ is left.__class__ and same(left, right),
    }


def _parsing(keyword: str, default: object) -> _Table:
    parse = PARSERS[keyword]
    return {
        f"static {keyword} Parse(string s)": parse,
        f"static {keyword} Parse(string s, IFormatProvider provider)": lambda text, _: parse(text),
        f"static {keyword} Parse(string s, NumberStyles style)": styled_parser(keyword),
        f"static {keyword} Parse(string s, NumberStyles style, IFormatProvider provider)": styled_parser(keyword),
        f"static bool TryParse(string s, out {keyword} result)": trying(parse, default),
        f"static bool TryParse(string s, NumberStyles style, IFormatProvider provider, out {keyword} result)": (
            styled_trying(keyword, default)
        ),
    }


_FORMAT: _Table = {
    **TYPE_CODE,
    "string ToString(string format)": format_value,
    "string ToString(IFormatProvider provider)": lambda value, _provider: format_value(value, ""),
    "string ToString(string format, IFormatProvider provider)": lambda value, format_, _: format_value(value, format_),
}


# ---- integers -----------------------------------------------------------------------------------------------------


def _integral(type_: Integral) -> Definition:
    keyword, zero = type_.keyword, type_.python(0)
    # The small ones subtract
    order = _order if type_.bits > 16 else lambda left, right: int(left) - int(right)
    return Definition(
        f"struct {keyword}",
        f"System.{type_.name}",
        python=type_.python,
        default=zero,
        members={
            f"const {keyword} MaxValue": type_.python(type_.maximum),
            f"const {keyword} MinValue": type_.python(type_.minimum),
            **(_operators(keyword) if keyword in ARITHMETIC else {}),
            **_comparison(keyword, type_.name, order),
            **_parsing(keyword, zero),
            **_FORMAT,
        },
    )


# ---- floating point -----------------------------------------------------------------------------------------------


def _tests(least: float) -> dict[str, Callable[[float], bool]]:
    """`IsNaN` and its kin; `least` is the smallest normal number."""
    return {
        "IsNormal": lambda value: least <= abs(value) < math.inf,
        "IsSubnormal": lambda value: 0 < abs(value) < least,
        "IsFinite": math.isfinite,
        "IsInfinity": math.isinf,
        "IsNaN": math.isnan,
        # .NET's NaN has the sign
        "IsNegative": lambda value: math.isnan(value) or math.copysign(1, value) < 0,
        "IsNegativeInfinity": lambda value: value == -math.inf,
        "IsPositiveInfinity": lambda value: value == math.inf,
    }


def _binary(keyword: str, name: str, make: Callable[[float], Any]) -> Definition:
    if keyword == "float":
        largest, least, smallest = 3.4028234663852886e38, 2.0**-126, 2.0**-149
    else:
        largest, least, smallest = 1.7976931348623157e308, 2.0**-1022, 2.0**-1074
    constants = {
        "Epsilon": smallest,
        "MaxValue": largest,
        "MinValue": -largest,
        "NaN": math.nan,
        "NegativeInfinity": -math.inf,
        "PositiveInfinity": math.inf,
    }
    return Definition(
        f"struct {keyword}",
        f"System.{name}",
        python=float if keyword == "double" else Single,
        default=make(0),
        members={
            **{f"const {keyword} {constant}": make(value) for constant, value in constants.items()},
            **_operators(keyword),
            **_comparison(keyword, name, _order_doubles, _same_doubles),
            **_parsing(keyword, make(0)),
            **_FORMAT,
            **{f"static bool {test}({keyword} d)": function for test, function in _tests(least).items()},
        },
    )


# ---- decimal ------------------------------------------------------------------------------------------------------

_LOW = 0xFFFFFFFF


def _words(value: Decimal) -> list[int]:
    """The four words of its bits: the coefficient from low to high, then the sign and the scale."""
    coefficient = decimals.coefficient_of(value)
    flags = decimals.scale_of(value) << 16 | (1 << 31 if value.is_signed() else 0)
    return [_INT32.wrap(word) for word in (coefficient, coefficient >> 32, coefficient >> 64, flags)]


def _from_words(low: int, middle: int, high: int, negative: bool, scale: int) -> Decimal:
    if scale > decimals.MAX_SCALE:
        raise ArgumentOutOfRangeException("Decimal's scale value must be between 0 and 28, inclusive.", "scale")
    coefficient = (high & _LOW) << 64 | (middle & _LOW) << 32 | low & _LOW
    return decimals.compose(negative, coefficient, scale)


def _from_bits(bits: Array | None) -> Decimal:
    """`new decimal(bits)`: what `GetBits` gives."""
    words = given(bits, "bits")
    flags = words[3] & _LOW if len(words) == 4 else 1
    if flags & 0x7F00FFFF or flags >> 16 & 0xFF > decimals.MAX_SCALE:
        raise ArgumentException(
            "Decimal byte array constructor requires an array of length four containing valid decimal bytes."
        )
    low, middle, high = words[:3]
    return _from_words(low, middle, high, bool(flags >> 31), flags >> 16 & 0xFF)


_CURRENCY = 10_000


def _to_currency(value: Decimal) -> Int64:
    """`ToOACurrency`: how many ten thousandths, halves to even."""
    count = round(Fraction(value) * _CURRENCY)
    if not -(2**63) <= count < 2**63:
        raise OverflowException("Value was either too large or too small for a Currency.")
    return Int64(count)


def _from_currency(count: int) -> Decimal:
    coefficient, scale = decimals.without_zeros(abs(count), 4) if count else (0, 4)
    return decimals.compose(count < 0, coefficient, scale)


_DECIMAL_OPERATIONS = {"Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "Remainder": "%"}
_DECIMAL_FUNCTIONS: _Table = {
    **{
        f"static decimal {name}(decimal d1, decimal d2)": ARITHMETIC["decimal"][symbol]
        for name, symbol in _DECIMAL_OPERATIONS.items()
    },
    **{f"static {type_.keyword} To{type_.name}(decimal d)": EXPLICIT[DECIMAL, Type(type_.keyword)] for type_ in TYPES},
    "static double ToDouble(decimal d)": decimals.to_double,
    "static float ToSingle(decimal d)": lambda value: single(decimals.to_double(value)),
    "static decimal Negate(decimal d)": Decimal.copy_negate,
    "static int Compare(decimal d1, decimal d2)": _order,
    "static bool Equals(decimal d1, decimal d2)": _same,
    **DECIMAL_ROUNDING,
    "static decimal FromOACurrency(long cy)": _from_currency,
    "static long ToOACurrency(decimal value)": _to_currency,
    "static int[] GetBits(decimal d)": lambda value: Array(_words(value), INT),
}
_DECIMAL = Definition(
    "struct decimal",
    "System.Decimal",
    python=Decimal,
    default=Decimal(0),
    members={
        "const decimal MaxValue": decimals.MAX_VALUE,
        "const decimal MinValue": decimals.MIN_VALUE,
        "const decimal MinusOne": Decimal(-1),
        "const decimal One": Decimal(1),
        "const decimal Zero": Decimal(0),
        **{f"new({keyword} value)": lambda value: Decimal(int(value)) for keyword in ("int", "uint", "long", "ulong")},
        "new(float value)": decimals.from_single,
        "new(double value)": decimals.from_double,
        "new(int[] bits)": _from_bits,
        "new(int lo, int mid, int hi, bool isNegative, byte scale)": _from_words,
        **_operators("decimal"),
        **_comparison("decimal", "Decimal"),
        **_parsing("decimal", Decimal(0)),
        **_FORMAT,
        **_DECIMAL_FUNCTIONS,
    },
)


_BOOL = Definition(
    "struct bool",
    "System.Boolean",
    python=bool,
    default=False,
    members={
        **_operators("bool"),
        **_comparison("bool", "Boolean"),
        "static string TrueString": lambda: "True",
        "static string FalseString": lambda: "False",
        "static bool Parse(string value)": parse_bool,
        "static bool TryParse(string value, out bool result)": trying(parse_bool, False),
        **TYPE_CODE,
        "string ToString(IFormatProvider provider)": lambda value, _provider: format_value(value, ""),
    },
)

DEFINITIONS = (
    *map(_integral, TYPES),
    _binary("float", "Single", single),
    _binary("double", "Double", float),
    _DECIMAL,
    _BOOL,
    enumeration("System.Globalization.NumberStyles", NumberStyles),
)

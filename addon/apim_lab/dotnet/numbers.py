"""The numeric types, `bool`, `Math`, `Convert` and `Random`. Arithmetic is unchecked, as is C#'s default.

Source: the C# specification ("Numeric types", "Arithmetic operators"), learn.microsoft.com/dotnet/api/system.convert.
"""

import math
import operator
import random
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from apim_lab.csharp.definitions import Definition
from apim_lab.csharp.exceptions import DivideByZeroException, InvalidCastException, OverflowException
from apim_lab.csharp.values import Byte, Char, Int64
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException, FormatException
from apim_lab.dotnet.formatting import format_value, to_string
from apim_lab.dotnet.strings import WHITE_SPACE, given
from apim_lab.dotnet.values import Convertible

_INT = range(-(2**31), 2**31)
_LONG = range(-(2**63), 2**63)
_OVERFLOW = {
    "int": "Value was either too large or too small for an Int32.",
    "long": "Value was either too large or too small for an Int64.",
    "decimal": "Value was either too large or too small for a Decimal.",
}
_Table = dict[str, Callable[..., Any]]
_DECIMAL_LIMIT = Decimal(2**96)
_MAX_DECIMALS = 28
_SMALLEST_DECIMAL = Decimal(1).scaleb(-_MAX_DECIMALS)


def wrap_int(value: int) -> int:
    """The low 32 bits of it, as an Int32."""
    return value if -(2**31) <= value < 2**31 else (value + 2**31) % 2**32 - 2**31


def wrap_long(value: int) -> Int64:
    return Int64(value if -(2**63) <= value < 2**63 else (value + 2**63) % 2**64 - 2**63)


def _checked(value: int, name: str) -> int:
    if value not in (_INT if name == "int" else _LONG):
        raise OverflowException(_OVERFLOW[name])
    return value if name == "int" else Int64(value)


def bounded(value: Decimal) -> Decimal:
    """The number as a System.Decimal, of at most 28 decimals; raises OverflowException if it is too large."""
    if value and (value.adjusted() > _MAX_DECIMALS or value.copy_abs() >= _DECIMAL_LIMIT):
        raise OverflowException(_OVERFLOW["decimal"])
    exponent = int(value.as_tuple().exponent)
    if exponent > 0:
        return Decimal(int(value)) if value else Decimal(0)
    if exponent >= -_MAX_DECIMALS:
        return value
    # To 28 significant digits, which is as many as Python's decimals compute with, then to 28 decimals
    rounded = +value
    return rounded.quantize(_SMALLEST_DECIMAL) if abs(rounded) < 1 else rounded


_INTEGER = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]*)+|[0-9]*)(\.[0-9]*)?(e[+-]?[0-9]+)?", re.IGNORECASE)
_SPECIAL_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "∞": math.inf, "-∞": -math.inf}


def parse_int(text: str | None, name: str = "int") -> int:
    """`int.Parse`: surrounding white space and a sign are allowed; raises FormatException or OverflowException."""
    if text is not None and len(text) < 10 and text.isascii() and text.isdigit():
        return int(text) if name == "int" else Int64(text)
    stripped = given(text, "s").strip(WHITE_SPACE)
    if not _INTEGER.fullmatch(stripped):
        raise FormatException
    # 20 digits are too many for any integer, and Python refuses to read very many
    digits = stripped.lstrip("+-").lstrip("0") or "0"
    if len(digits) > 20:
        raise OverflowException(_OVERFLOW[name])
    return _checked(-int(digits) if stripped.startswith("-") else int(digits), name)


def _parse_long(text: str | None) -> int:
    return parse_int(text, "long")


def _float_text(text: str | None) -> str:
    stripped = given(text, "s").strip(WHITE_SPACE)
    if not _FLOAT.fullmatch(stripped) or not re.search(r"[0-9]", stripped.lower().split("e")[0]):
        raise FormatException
    return stripped.replace(",", "")


def parse_double(text: str | None) -> float:
    """`double.Parse` in the invariant culture: `1,234.5`, `1e3`, `NaN`."""
    special = _SPECIAL_FLOATS.get(given(text, "s").strip(WHITE_SPACE))
    return special if special is not None else float(_float_text(text))


def _parse_decimal(text: str | None) -> Decimal:
    number = _float_text(text)
    if "e" in number.lower():
        raise FormatException
    return bounded(Decimal(number))


def parse_bool(text: str | None) -> bool:
    """`bool.Parse`: "True" and "False" in any case."""
    found = {"true": True, "false": False}.get(given(text).strip(WHITE_SPACE + "\0").lower())
    if found is None:
        raise FormatException("String was not recognized as a valid Boolean.")
    return found


def _trying[T](parse: Callable[[str | None], T], default: T) -> Callable[[str | None], tuple[bool, T]]:
    def try_parse(text: str | None) -> tuple[bool, T]:
        if text is None:
            return False, default
        try:
            return True, parse(text)
        except (FormatException, OverflowException):
            return False, default

    return try_parse


def _divide_integers(left: int, right: int) -> int:
    """Towards zero, as C# (Python's // goes down)."""
    if right == 0:
        raise DivideByZeroException
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _int_quotient(left: int, right: int) -> int:
    quotient = _divide_integers(left, right)
    if quotient not in _INT:
        raise OverflowException
    return quotient


def _long_quotient(left: int, right: int) -> Int64:
    quotient = _divide_integers(left, right)
    if quotient not in _LONG:
        raise OverflowException
    return Int64(quotient)


def _remainder(left: int, right: int) -> int:
    """It has the sign of the left operand."""
    return left - right * _divide_integers(left, right)


def _divide_doubles(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _double_remainder(left: float, right: float) -> float:
    if right == 0 or math.isinf(left) or math.isnan(left):
        return math.nan
    return math.fmod(left, right)


def _divide_decimals(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise DivideByZeroException
    return bounded(left / right)


def _decimal_remainder(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise DivideByZeroException
    return left % right


def _wrapped(wrap: Callable[[int], int], compute: Callable[[int, int], int]) -> Callable[[int, int], int]:
    return lambda left, right: wrap(compute(left, right))


def _within_decimal(compute: Callable[[Any, Any], Any]) -> Callable[[Decimal, Decimal], Decimal]:
    return lambda left, right: bounded(compute(left, right))


_COMPUTE: Mapping[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_BITS: Mapping[str, Callable[[Any, Any], Any]] = {"&": operator.and_, "|": operator.or_, "^": operator.xor}
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _add_int(left: int, right: int) -> int:
    total = left + right
    return total if -(2**31) <= total < 2**31 else wrap_int(total)


_ARITHMETIC: Mapping[str, Mapping[str, Callable[[Any, Any], Any]]] = {
    "int": {
        **{symbol: _wrapped(wrap_int, compute) for symbol, compute in _COMPUTE.items()},
        **_BITS,
        "+": _add_int,
        "/": _int_quotient,
        "%": _remainder,
    },
    "long": {
        **{symbol: _wrapped(wrap_long, compute) for symbol, compute in {**_COMPUTE, **_BITS}.items()},
        "/": _long_quotient,
        "%": lambda left, right: Int64(_remainder(left, right)),
    },
    "double": {**_COMPUTE, "/": _divide_doubles, "%": _double_remainder},
    "decimal": {
        **{symbol: _within_decimal(compute) for symbol, compute in _COMPUTE.items()},
        "/": _divide_decimals,
        "%": _decimal_remainder,
    },
    "bool": _BITS,
}


def _operators(name: str) -> _Table:
    compare = {symbol: COMPARISONS[symbol] for symbol in ("==", "!=")} if name == "bool" else COMPARISONS
    return {
        **{f"static {name} operator {symbol}({name} left, {name} right)": f for symbol, f in _ARITHMETIC[name].items()},
        **{f"static bool operator {symbol}({name} left, {name} right)": f for symbol, f in compare.items()},
    }


_INT_OPERATORS: _Table = {
    **_operators("int"),
    "static int operator <<(int left, int right)": lambda left, right: wrap_int(left << (right & 31)),
    "static int operator >>(int left, int right)": lambda left, right: left >> (right & 31),
    "static int operator -(int value)": lambda value: wrap_int(-value),
    "static int operator +(int value)": lambda value: value,
    "static int operator ~(int value)": operator.invert,
}
_LONG_OPERATORS: _Table = {
    **_operators("long"),
    "static long operator <<(long left, int right)": lambda left, right: wrap_long(left << (right & 63)),
    "static long operator >>(long left, int right)": lambda left, right: Int64(left >> (right & 63)),
    "static long operator -(long value)": lambda value: wrap_long(-value),
    "static long operator +(long value)": lambda value: value,
    "static long operator ~(long value)": lambda value: Int64(~value),
}


def _signs(name: str) -> _Table:
    return {
        f"static {name} operator -({name} value)": operator.neg,
        f"static {name} operator +({name} value)": operator.pos,
    }


def _compare_to(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _parsing(name: str, parse: Callable[[str | None], Any], default: object) -> _Table:
    return {
        f"static {name} Parse(string s)": parse,
        f"static bool TryParse(string s, out {name} result)": _trying(parse, default),
    }


def _methods(name: str) -> _Table:
    return {
        f"int CompareTo({name} value)": _compare_to,
        f"bool Equals({name} obj)": operator.eq,
        "string ToString(string format)": format_value,
    }


_DOUBLE_TESTS = {
    "static bool IsNaN(double d)": math.isnan,
    "static bool IsInfinity(double d)": math.isinf,
}
_NUMBERS = (
    Definition(
        "struct int",
        "System.Int32",
        python=int,
        default=0,
        members={
            **_methods("int"),
            **_INT_OPERATORS,
            "const int MaxValue": _INT[-1],
            "const int MinValue": _INT[0],
            **_parsing("int", parse_int, 0),
        },
    ),
    Definition(
        "struct long",
        "System.Int64",
        python=Int64,
        default=Int64(0),
        members={
            **_methods("long"),
            **_LONG_OPERATORS,
            "const long MaxValue": Int64(_LONG[-1]),
            "const long MinValue": Int64(_LONG[0]),
            **_parsing("long", _parse_long, Int64(0)),
        },
    ),
    Definition(
        "struct double",
        "System.Double",
        python=float,
        default=0.0,
        members={
            **_methods("double"),
            **_operators("double"),
            **_signs("double"),
            "const double NaN": math.nan,
            "const double NegativeInfinity": -math.inf,
            "const double PositiveInfinity": math.inf,
            **_parsing("double", parse_double, 0.0),
            **_DOUBLE_TESTS,
        },
    ),
    Definition(
        "struct decimal",
        "System.Decimal",
        python=Decimal,
        default=Decimal(0),
        members={
            **_methods("decimal"),
            **_operators("decimal"),
            **_signs("decimal"),
            "const decimal One": Decimal(1),
            "const decimal Zero": Decimal(0),
            **_parsing("decimal", _parse_decimal, Decimal(0)),
        },
    ),
)
_BYTE = Definition(
    "struct byte",
    "System.Byte",
    python=Byte,
    default=Byte(0),
)
_BOOL = Definition(
    "struct bool",
    "System.Boolean",
    python=bool,
    default=False,
    members={
        **_operators("bool"),
        "static bool operator !(bool value)": operator.not_,
        "bool Equals(bool obj)": operator.eq,
        "static string TrueString": lambda: "True",
        "static string FalseString": lambda: "False",
        "static bool Parse(string value)": parse_bool,
        "static bool TryParse(string value, out bool result)": _trying(parse_bool, False),
    },
)


def truncate(value: float | Decimal) -> int | None:
    """The integer towards zero; None for what has none."""
    return None if isinstance(value, float) and not math.isfinite(value) else int(value)


def double_to_int(value: float) -> int:
    """`(int)value`, unchecked: C# leaves what is out of range open, .NET on x64 gives int.MinValue."""
    whole = truncate(value)
    return whole if whole is not None and whole in _INT else _INT[0]


def double_to_long(value: float) -> Int64:
    whole = truncate(value)
    return Int64(whole if whole is not None and whole in _LONG else _LONG[0])


def decimal_to_int(value: Decimal) -> int:
    return _checked(int(value), "int")


def decimal_to_long(value: Decimal) -> int:
    return _checked(int(value), "long")


def double_to_decimal(value: float) -> Decimal:
    if not math.isfinite(value):
        raise OverflowException(_OVERFLOW["decimal"])
    # 15 significant digits, as System.Decimal's conversion
    return bounded(Decimal(f"{value:.15g}"))


def _rounded_integer(value: float | Decimal, name: str) -> int:
    """Convert rounds a half to the even neighbour."""
    if isinstance(value, float) and not math.isfinite(value):
        raise OverflowException(_OVERFLOW[name])
    return _checked(round(value), name)


def convert_to_integer(value: object, name: str) -> int:
    """`Convert.ToInt32` or `ToInt64` of any value: null is 0; raises as they do."""
    if isinstance(value, Convertible) and value.is_value:
        value = value.plain()
    if value is None:
        return _checked(0, name)
    if value.__class__ is str:
        return parse_int(str(value), name)
    if value.__class__ is Char:
        return _checked(ord(str(value)), name)
    if isinstance(value, float | Decimal):
        return _rounded_integer(value, name)
    if isinstance(value, int):
        return _checked(int(value), name)
    raise InvalidCastException("Unable to cast object to type 'System.IConvertible'.")


def to_int32(value: object) -> int:
    return convert_to_integer(value, "int")


def to_int64(value: object) -> int:
    return convert_to_integer(value, "long")


def to_double(value: object) -> float:
    """`Convert.ToDouble`."""
    if isinstance(value, Convertible) and value.is_value:
        value = value.plain()
    if value is None:
        return 0.0
    if value.__class__ is str:
        return parse_double(str(value))
    if isinstance(value, int | float | Decimal):
        return float(value)
    raise InvalidCastException("Unable to cast object to type 'System.IConvertible'.")


def to_decimal(value: object) -> Decimal:
    if value.__class__ is str:
        return _parse_decimal(str(value))
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return bounded(Decimal(int(value)))
    return double_to_decimal(to_double(value))


def to_boolean(value: object) -> bool:
    """`Convert.ToBoolean`: a number is true unless it is 0."""
    if isinstance(value, Convertible) and value.is_value:
        value = value.plain()
    if value.__class__ is str:
        return parse_bool(str(value))
    if value is None or isinstance(value, int | float | Decimal):
        return bool(value)
    raise InvalidCastException("Unable to cast object to type 'System.IConvertible'.")


_CONVERT = Definition(
    "static class Convert",
    "System.Convert",
    members={
        "static bool ToBoolean(object value)": to_boolean,
        "static decimal ToDecimal(object value)": to_decimal,
        "static double ToDouble(object value)": to_double,
        "static int ToInt32(object value)": to_int32,
        "static long ToInt64(object value)": to_int64,
        "static string ToString(object value)": to_string,
    },
)


def _round(value: float, digits: int = 0) -> float:
    """To the even neighbour, on the value's decimal digits."""
    if not math.isfinite(value):
        return value
    return float(_round_decimal(Decimal(repr(value)), digits))


def _round_decimal(value: Decimal, digits: int = 0, mode: str = ROUND_HALF_EVEN) -> Decimal:
    if not 0 <= digits <= _MAX_DECIMALS:
        raise ArgumentOutOfRangeException("Rounding digits must be between 0 and 28, inclusive.")
    try:
        return value.quantize(Decimal(1).scaleb(-digits), mode)
    except InvalidOperation:
        return value


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: float(function(value)) if math.isfinite(value) else value


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf if base > 0 or exponent % 2 == 0 else -math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


def _absolute(name: str) -> Callable[[int], int]:
    def absolute(value: int) -> int:
        if abs(value) not in (_INT if name == "int" else _LONG):
            raise OverflowException("Negating the minimum value of a twos complement number is invalid.")
        return abs(value) if name == "int" else Int64(abs(value))

    return absolute


def _for_numbers(row: str, function: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {row.replace("N", name): function for name in ("int", "long", "double", "decimal")}


_MATH = Definition(
    "static class Math",
    "System.Math",
    members={
        "const double PI": math.pi,
        "const double E": math.e,
        **_for_numbers("static N Max(N val1, N val2)", max),
        **_for_numbers("static N Min(N val1, N val2)", min),
        "static int Abs(int value)": _absolute("int"),
        "static long Abs(long value)": _absolute("long"),
        "static double Abs(double value)": abs,
        "static decimal Abs(decimal value)": abs,
        "static decimal Ceiling(decimal d)": lambda value: Decimal(math.ceil(value)),
        "static decimal Floor(decimal d)": lambda value: Decimal(math.floor(value)),
        "static decimal Round(decimal d)": _round_decimal,
        "static decimal Round(decimal d, int decimals)": _round_decimal,
        "static double Ceiling(double a)": _whole(math.ceil),
        "static double Floor(double d)": _whole(math.floor),
        "static double Log(double d)": lambda value: (
            math.log(value) if value > 0 else -math.inf if value == 0 else math.nan
        ),
        "static double Pow(double x, double y)": _power,
        "static double Round(double a)": _round,
        "static double Round(double value, int digits)": _round,
        "static double Sqrt(double d)": lambda value: math.sqrt(value) if value >= 0 else math.nan,
        "static double Truncate(double d)": _whole(math.trunc),
        "static int Sign(int value)": lambda value: _compare_to(value, 0),
    },
)


def _next(source: random.Random, low: int, high: int) -> int:
    if low > high:
        raise ArgumentOutOfRangeException("'minValue' cannot be greater than maxValue.", "minValue")
    return low if low == high else source.randrange(low, high)


def _next_below(source: random.Random, high: int) -> int:
    if high < 0:
        raise ArgumentOutOfRangeException("'maxValue' must be greater than zero.", "maxValue")
    return _next(source, 0, high)


_RANDOM = Definition(
    "class Random",
    "System.Random",
    python=random.Random,
    members={
        # A policy's dice are no secret; a given seed does not yield .NET's sequence
        "new()": random.Random,
        "new(int Seed)": random.Random,
        "int Next()": lambda source: source.randrange(_INT[-1]),
        "int Next(int maxValue)": _next_below,
        "int Next(int minValue, int maxValue)": _next,
        "double NextDouble()": random.Random.random,
    },
)

DEFINITIONS = (*_NUMBERS, _BYTE, _BOOL, _CONVERT, _MATH, _RANDOM)

"""`RegexOptions`. Source: learn.microsoft.com/dotnet/api/system.text.regularexpressions.regexoptions."""

from enum import Enum

from apim_lab.csharp.runtime.enumerations import Flags
from apim_lab.dotnet.enumerations import enumeration

IGNORE_CASE = 1
MULTILINE = 2
EXPLICIT_CAPTURE = 4
SINGLELINE = 16
IGNORE_PATTERN_WHITESPACE = 32
RIGHT_TO_LEFT = 64
ECMA_SCRIPT = 256

RegexOptions = Enum(
    "RegexOptions",
    {
        "None": 0,
        "IgnoreCase": IGNORE_CASE,
        "Multiline": MULTILINE,
        "ExplicitCapture": EXPLICIT_CAPTURE,
        "Compiled": 8,
        "Singleline": SINGLELINE,
        "IgnorePatternWhitespace": IGNORE_PATTERN_WHITESPACE,
        "RightToLeft": RIGHT_TO_LEFT,
        "ECMAScript": ECMA_SCRIPT,
        "CultureInvariant": 512,
    },
    type=Flags,
)
# What may be switched within a pattern
INLINE = {
    "i": IGNORE_CASE,
    "m": MULTILINE,
    "n": EXPLICIT_CAPTURE,
    "s": SINGLELINE,
    "x": IGNORE_PATTERN_WHITESPACE,
}
# With ECMAScript go only these, Compiled and CultureInvariant
WITH_ECMA_SCRIPT = ECMA_SCRIPT | IGNORE_CASE | MULTILINE | 8 | 512
LARGEST = 1023

DEFINITIONS = (enumeration("System.Text.RegularExpressions.RegexOptions", RegexOptions),)

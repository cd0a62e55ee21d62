"""`UnicodeCategory`. Source: learn.microsoft.com/dotnet/api/system.globalization.unicodecategory."""

import enum

from apim_lab.dotnet.text.characters import category


class UnicodeCategory(enum.Enum):
    """The general categories of Unicode, by their long names."""

    UppercaseLetter = 0
    LowercaseLetter = 1
    TitlecaseLetter = 2
    ModifierLetter = 3
    OtherLetter = 4
    NonSpacingMark = 5
    SpacingCombiningMark = 6
    EnclosingMark = 7
    DecimalDigitNumber = 8
    LetterNumber = 9
    OtherNumber = 10
    SpaceSeparator = 11
    LineSeparator = 12
    ParagraphSeparator = 13
    Control = 14
    Format = 15
    Surrogate = 16
    PrivateUse = 17
    ConnectorPunctuation = 18
    DashPunctuation = 19
    OpenPunctuation = 20
    ClosePunctuation = 21
    InitialQuotePunctuation = 22
    FinalQuotePunctuation = 23
    OtherPunctuation = 24
    MathSymbol = 25
    CurrencySymbol = 26
    ModifierSymbol = 27
    OtherSymbol = 28
    OtherNotAssigned = 29


# Unicode's abbreviations, in the order of the enumeration
_ABBREVIATIONS = "Lu|Ll|Lt|Lm|Lo|Mn|Mc|Me|Nd|Nl|No|Zs|Zl|Zp|Cc|Cf|Cs|Co|Pc|Pd|Ps|Pe|Pi|Pf|Po|Sm|Sc|Sk|So|Cn"
_CATEGORIES = dict(zip(_ABBREVIATIONS.split("|"), UnicodeCategory, strict=True))


def unicode_category(character: str) -> UnicodeCategory:
    return _CATEGORIES[category(character)]

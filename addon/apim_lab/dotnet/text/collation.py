"""How the invariant culture orders and finds texts: as a dictionary does, "a" < "A" < "á" < "b".

The levels of the Unicode collation algorithm (unicode.org/reports/tr10): letters first, then accents, then cases. The
order is the one of ICU 72's root collation, for Latin, Greek and Cyrillic, punctuation and currencies; other symbols come
before digits and other letters last, both by their numbers.
"""

# ruff: noqa: E501, RUF001  # characters that look alike make the order, and some take a column of their own

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from apim_lab.csharp.runtime.code_units import characters
from apim_lab.dotnet.text.characters import SYMBOLS, category

_PUNCTUATION = (
    "\t\n\x0b\x0c\r\x85\u2028\u2029 _-\u2010‒–—―⁓,;⁏:!¡?¿‽.·⁕⁖⁘⁙⁚⁛⁜⁝⁞'‘’‚‛‹›\"“”„‟«»()[]{}⁅⁆‖§¶⁋@*⁎⁑/\\&⁊#%‰‱†‡•‣‧⁃⁌⁍′‵‸※‿⁔⁀⁐⁁⁂`^ʹ͵ʺ˂˃"
    "˄˅ˆˇˈˉˊˋˌˍˎˏ˒˓˔˕˖˗˞˟˥˦˧˨˩˪˫ˬ˭˯˰˱˲˳˴˵˶˷˸˹˺˻˼˽˾˿°҂©®϶+±÷×<=>¬|¦~⁒⁄"
)
_LETTERS = (
    "ːˑ¤¢$£¥₠₡₢₣₤₥₦₧₩₪₫€₭₮₯₰₱₲₳₴₵₶₷₸₹₺₻₼₽₾₿⃀0123456789aæɐɑɒbʙƀɓƃcȼƈɕdȸʥʤɖɗƌȡeɇǝəɛɘɚɜɝɞʚɤfʩƒgɡɢǥɠʛɣƣhʜƕɦɧʻ"
    "ʽiıɪɨɩjȷɉʝɟʄkƙʞlʪʫʟƚɫɬɭȴɮƛʎmɱnɴɲƞɳȵŋoœɶɔɵɷȣpƥɸqȹʠɋĸrʀɍɹɺɻɼɽɾɿʁsßʂȿʃƪʅʆtʨƾʧŧƫƭʈȶʇuʉɥʮʯɯɰʊvʋʌwʍxyʏɏƴȝz"
    "ƍƶȥʐʑɀʒƹƺʓþƿƻƨƽƅʔɂˀʼˮʾʕʿˁʡʢʖǀǁǂǃʗʘʬʭαβγδεϝͷϛζͱηθιϳκϗλμνξοπϻϟϙρϼσͼͻͽτυφχψωϡͳϸϣϥϧϩϫϭϯаәӕбвгғӻҕӷдԁђԃҙеє"
    "жԫҗзԅԑѕӡԇийҋіјкқӄҡҟҝԟԛлӆԯԓԡљԉԕмӎнԩӊңӈԣҥњԋоөпԥҧҁрҏԗсԍҫтԏҭћуүұѹфхӽӿҳһԧѡѿѽѻцҵчԭҷӌҹҽҿџшщъыьҍѣэюяԙѥѧѫѩѭѯѱ"
    "ѳѵҩԝӏ"
)
_ACCENTS = (
    "\u0332\u0313\u0314\u0301\u0300\u0306\u0302\u030c\u030a\u0342\u0308\u030b\u0303\u0307\u0338\u0327"
    "\u0328\u0304\u030d\u030e\u0312\u0315\u031a\u033d\u033e\u033f\u0346\u034a\u034b\u034c\u0350\u0351"
    "\u0352\u0357\u035b\u035d\u035e\u0316\u0317\u0318\u0319\u031c\u031d\u031e\u031f\u0320\u0329\u032a"
    "\u032b\u032c\u032f\u0333\u033a\u033b\u033c\u0347\u0348\u0349\u034d\u034e\u0353\u0354\u0355\u0356"
    "\u0359\u035a\u035c\u035f\u0362\u0336\u0337\u0335\u0305\u0309\u030f\u0310\u0311\u031b\u0321\u0322"
    "\u0323\u0324\u0325\u0326\u032d\u032e\u0330\u0331\u0334\u0339\u0345\u0358\u0360\u0361"
)
_FIRST_SYMBOL = len(_PUNCTUATION)
_FIRST_LETTER = _FIRST_SYMBOL + 0x110000
_FIRST_OTHER = _FIRST_LETTER + len(_LETTERS)
_PRIMARIES = {
    **{character: 1 + rank for rank, character in enumerate(_PUNCTUATION)},
    **{character: 1 + _FIRST_LETTER + rank for rank, character in enumerate(_LETTERS)},
}
_SECONDARIES = {accent: 2 + rank for rank, accent in enumerate(_ACCENTS)}
# Letters that are others with a mark of the second level
_VARIANTS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ſ": "s",
    "ð": "d",
    "đ": "d",
    "ħ": "h",
    "ł": "l",
    "ø": "o",
    "ς": "σ",
    "ґ": "г",
}
# Cyrillic letters of their own, though Unicode takes them apart
_WHOLE = "йЙ"

type _Element = tuple[int, int, int]
"""The weights of a letter, or of an accent (whose first weight is 0), on the three levels."""


@dataclass(frozen=True)
class Found:
    """Where a text was found: the code units [start:end] of the text that was searched."""

    start: int
    end: int


def compare(left: str, right: str, *, ignore_case: bool = False) -> int:
    """-1, 0 or 1."""
    a, b = sort_key(left, ignore_case=ignore_case), sort_key(right, ignore_case=ignore_case)
    return (a > b) - (a < b)


def sort_key(text: str, *, ignore_case: bool = False) -> tuple[tuple[int, ...], ...]:
    """What texts are ordered by: the same for those that compare as equal."""
    elements = [element for character in characters(text) for element in _elements(character)]
    levels = 2 if ignore_case else 3
    return tuple(tuple(element[level] for element in elements if element[level]) for level in range(levels))


def occurrences(text: str, value: str, *, ignore_case: bool = False) -> Iterator[Found]:
    """Where the value is in the text, from left to right: a letter without its accent is no occurrence."""
    wanted = _weights([element for character in characters(value) for element in _elements(character)], ignore_case)
    clusters = [(start, end, _weights(elements, ignore_case)) for start, end, elements in _clusters(text)]
    for first in range(len(clusters) + 1):
        found: list[tuple[int, ...]] = []
        last = first
        while len(found) < len(wanted) and last < len(clusters):
            found += clusters[last][2]
            last += 1
        if found == wanted:
            start = clusters[first][0] if first < len(clusters) else len(text)
            yield Found(start, clusters[last - 1][1] if last > first else start)


def _weights(elements: Sequence[_Element], ignore_case: bool) -> list[tuple[int, ...]]:
    return [element[:2] if ignore_case else element for element in elements]


def _clusters(text: str) -> list[tuple[int, int, list[_Element]]]:
    """The letters with what belongs to each, accents and characters that do not count: start, end and weights."""
    clusters: list[tuple[int, int, list[_Element]]] = []
    position = 0
    for character in characters(text):
        elements = _elements(character)
        end = position + len(character.encode("utf-16-le", "surrogatepass")) // 2
        if clusters and not any(primary for primary, _, _ in elements):
            start, _, earlier = clusters[-1]
            earlier.extend(elements)
            clusters[-1] = start, end, earlier
        else:
            clusters.append((position, end, list(elements)))
        position = end
    return clusters


@lru_cache(maxsize=4096)
def _elements(character: str) -> Sequence[_Element]:
    """Nothing for what does not count, like control characters."""
    if character in _WHOLE:
        return [_element(character)]
    kind = unicodedata.decomposition(character).partition(" ")[0]
    if kind.startswith("<") and character.lower() not in _VARIANTS:
        third, parts = _VARIATIONS.get(kind, _COMPATIBLE), unicodedata.normalize("NFKD", character)
    else:
        third, parts = 0, unicodedata.normalize("NFD", character)
    elements = [element for letter in parts for element in _of_letter(letter)]
    return [(*element[:2], element[2] + third) for element in elements if any(element)]


def _of_letter(letter: str) -> Sequence[_Element]:
    base = _VARIANTS.get(letter.lower())
    if base is None:
        return [_element(letter)]
    first, *rest = (_element(part if letter == letter.lower() else part.upper()) for part in base)
    return [first, _MARK, *rest]


# Of the third level: a small letter, what a capital one has in addition, and what variants of either have
_PLAIN, _CAPITAL = 2, 6
_VARIATIONS, _COMPATIBLE = {"<wide>": 1, "<circle>": 2, "<compat>": 3}, 8
_MARK: _Element = (0, 2 + len(_ACCENTS), _PLAIN)


def _element(part: str) -> _Element:
    lower = part.lower() if len(part.lower()) == 1 else part
    if lower in _PRIMARIES:
        return (_PRIMARIES[lower], 1, _PLAIN + (_CAPITAL if lower != part else 0))
    kind = category(part)
    if kind in {"Mn", "Me"}:
        return (0, _SECONDARIES.get(part, ord(part)), _PLAIN)
    if kind in {"Cc", "Cf"} or part == "\xad":
        return (0, 0, 0)
    digit = unicodedata.decimal(part, None)
    if digit is not None:
        return (_PRIMARIES[str(digit)], 1, _PLAIN)
    first = _FIRST_SYMBOL if kind in SYMBOLS or kind[0] in "PZ" else _FIRST_OTHER
    return (1 + first + ord(lower), 1, _PLAIN + (_CAPITAL if lower != part else 0))

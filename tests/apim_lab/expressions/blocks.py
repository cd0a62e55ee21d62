"""Random blocks of C# that mostly compile: statements around members drawn from the library's own tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.symbols.signatures import Kind, Parameter, Signature
from apim_lab.csharp.types import BOOL, INT, OBJECT, STRING, Type, array_of, nullable, underlying

# At the edges of what members take
LITERALS: Mapping[str, Sequence[str]] = {
    "bool": ("true", "false"),
    "byte": ("(byte)0", "(byte)255", "(byte)7"),
    "char": ("'a'", "' '", "','", "'0'", "'\\uD83D'", "'ß'", "'\\0'"),
    "decimal": ("0m", "1.50m", "-2.5m", "79228162514264337593543950335m", "0.0000000000000000000000000001m"),
    "double": ("0.0", "-0.0", "1.5", "-2.5", "1e300", "double.NaN", "1.0 / 0", "1e-320"),
    "float": ("0f", "1.5f", "-3e38f"),
    "int": ("0", "1", "2", "-1", "7", "28", "100", "int.MaxValue", "int.MinValue"),
    "long": ("0L", "-1L", "3000000000L", "long.MaxValue", "long.MinValue"),
    "object": ("null", "1", '"a"', "'c'", "2.5", "true", "3L", "1.5m", "new object()", "new[] { 1, 2 }"),
    "string": (
        *('""', '"a"', '"ab,c;d"', '" x "', '"12"', '"-1.5e3"', '"true"', '"ß😀é"', '"{0:N2} {1}"', '"yyyy-MM-dd"'),
        *(
            '"2024-05-06T07:08:09Z"',
            '"01:02:03"',
            '"{\\"a\\": {\\"b\\": [1, null, 2.5, \\"x\\"]}}"',
            '"[1, 2]"',
            '"a.b"',
        ),
        *('"$..b[0]"', '"N2"', '"%"', '"D5"', '"hello world"', "null", '"00000000-0000-0000-0000-000000000001"'),
    ),
    "IApi": ("context.Api",),
    "ILastError": ("context.LastError",),
    "IMessageBody": ("context.Request.Body", "context.Response.Body"),
    "IOperation": ("context.Operation",),
    "IProxyRequestContext": ("context",),
    "IReadOnlyDictionary<string, object>": ("context.Variables",),
    "IReadOnlyDictionary<string, string>": ("context.Request.MatchedParameters",),
    "IReadOnlyDictionary<string, string[]>": ("context.Request.Headers", "context.Request.Url.Query"),
    "IRequest": ("context.Request",),
    "IResponse": ("context.Response",),
    "IUrl": ("context.Request.Url",),
    "DateTime": (
        'DateTime.Parse("2024-05-06T07:08:09")',
        "DateTime.MinValue",
        "DateTime.MaxValue",
        "context.Timestamp",
    ),
    "Guid": ("context.RequestId", "Guid.Empty"),
    "TimeSpan": ("TimeSpan.FromSeconds(1.5)", "TimeSpan.MinValue", "TimeSpan.MaxValue", "TimeSpan.Zero"),
    "JToken": ('JToken.Parse("{\\"a\\": [1, \\"x\\", null, 2.5, true]}")', 'JToken.Parse("1")', "new JValue(2)"),
    "JObject": ('JObject.Parse("{\\"a\\": 1, \\"b\\": {\\"c\\": \\"x\\"}}")', "new JObject()"),
    "JArray": ("new JArray(1, 2, 3)", "new JArray()"),
}
COMMON = (BOOL, INT, STRING, OBJECT, *map(Type, ("long", "double", "decimal", "char", "JToken", "JObject", "JArray")))
ARRAYS = tuple(map(array_of, (STRING, INT, OBJECT, Type("JToken"))))


class Member:
    """One row of a table, with the type parameters of its class replaced."""

    def __init__(self, owner: Type, signature: Signature) -> None:
        self.owner = owner
        self.signature = signature


def members_of(definitions: Iterable[Definition]) -> Mapping[str, Sequence[Member]]:
    """All members that have a value, by the text of its type; "" for those that have none."""
    found: dict[str, list[Member]] = {}
    for definition in (definition for definition in definitions if definition.is_allowed):
        for owner, known in _instances(definition):
            for row in definition.rows:
                signature = row.signature.substitute(known)
                if not any(_is_delegate(parameter.type) for parameter in signature.parameters):
                    key = "" if signature.sets or str(signature.result) == "void" else str(signature.result)
                    found.setdefault(key, []).append(Member(owner, signature))
    return found


def _is_delegate(type_: Type) -> bool:
    return type_.name in {"Func", "Action", "MatchEvaluator", "Predicate", "Comparison", "Converter"}


_SHORT_FORMS = {"Array<T>": "[]", "Nullable<T>": "?"}


def _instances(definition: Definition) -> Iterator[tuple[Type, Mapping[str, Type]]]:
    """The class with some types for its type parameters."""
    parameters = definition.type_parameters
    for argument in (STRING, OBJECT, array_of(STRING), INT) if parameters else (OBJECT,):
        if definition.name == "Nullable<T>" and argument != INT:
            continue
        # The keys of all dictionaries are strings
        known = {name: STRING if name == "TKey" else argument for name in parameters}
        name = _SHORT_FORMS.get(definition.name, definition.type.name)
        yield Type(name, tuple(known[parameter] for parameter in parameters)), known


class Blocks:
    """Writes one block; `random` decides."""

    def __init__(self, random: Random, members: Mapping[str, Sequence[Member]]) -> None:
        self.random = random
        self.members = members
        self.variables: list[tuple[str, Type]] = []
        self.count = 0
        self.loops = 0

    def block(self) -> str:
        statements = [self.statement(2) for _ in range(self.random.randint(1, 4))]
        return f"@{{ {' '.join(statements)} return {self.value(self.any_type(), 3)}; }}"

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def any_type(self) -> Type:
        kind = self.random.random()
        if kind < 0.6:
            return self.random.choice(COMMON)
        if kind < 0.7:
            return self.random.choice(ARRAYS)
        if kind < 0.75:
            return nullable(INT)
        row = self.random.choice(self.members[self.random.choice([key for key in self.members if key])])
        return OBJECT if row.signature.type_parameters else row.signature.result

    # ---- values

    def value(self, type_: Type, depth: int) -> str:
        known = [name for name, declared in self.variables if declared == type_]
        if known and self.chance(0.35):
            return self.random.choice(known)
        if depth <= 0:
            return self.literal(type_)
        kind = self.random.random()
        if kind < 0.12:
            return self.literal(type_)
        if kind < 0.22:
            return self.composed(type_, depth - 1)
        rows = self.members.get(str(type_), ())
        if not rows or (type_ == OBJECT and kind < 0.6):
            return self.literal(type_) if type_ != OBJECT else self.value(self.any_type(), depth - 1)
        return self.member(self.random.choice(rows), depth - 1)

    def literal(self, type_: Type) -> str:
        if str(type_) in LITERALS and self.chance(0.97):
            found = self.random.choice(LITERALS[str(type_)])
            return f"({type_}){found}" if found == "null" else found
        if type_.name == "[]":
            items = [self.literal(type_.arguments[0]) for _ in range(self.random.randint(0, 3))]
            return f"new {type_} {{ {', '.join(items)} }}"
        return f"default({type_})"

    def composed(self, type_: Type, depth: int) -> str:
        make: Callable[[], str] = self.random.choice(
            [
                lambda: f"({self.value(BOOL, depth)} ? {self.value(type_, depth)} : {self.value(type_, depth)})",
                lambda: f"({type_})({self.value(OBJECT, depth)})",
                lambda: f"({type_})(object)({self.value(type_, depth)})",
                lambda: f"({type_})({self.value(self.any_type(), depth)})",
                lambda: f"({self.value(type_, depth)} ?? {self.value(type_, depth)})",
                lambda: self.test(depth) if type_ == BOOL else self.value(type_, depth),
                lambda: f'$"{{{self.value(STRING, depth)}}}"' if type_ == STRING else self.value(type_, depth),
            ]
        )
        return make()

    def test(self, depth: int) -> str:
        """A condition, perhaps one that declares a variable."""
        kind = self.random.random()
        if kind < 0.3:
            return f"({self.value(BOOL, depth)} {self.random.choice(('&&', '||'))} {self.value(BOOL, depth)})"
        if kind < 0.5:
            type_ = self.any_type()
            return f"({self.value(type_, depth)} {self.random.choice(('==', '!='))} {self.value(type_, depth)})"
        if kind < 0.6:
            return f"!({self.value(BOOL, depth)})"
        if kind < 0.8:
            return f"({self.value(OBJECT, depth)} is {self.any_type()})"
        name, type_ = self.name(), underlying(self.any_type())
        text = f"({self.value(OBJECT, depth)} is {type_} {name} && {self.value(BOOL, depth)})"
        self.variables.append((name, type_))
        return text

    def member(self, member: Member, depth: int) -> str:
        signature = member.signature
        if signature.type_parameters:
            chosen = {name: self.random.choice(COMMON) for name in signature.type_parameters}
            types = f"<{', '.join(str(chosen[name]) for name in signature.type_parameters)}>"
            signature = signature.substitute(chosen)
        else:
            types = ""
        return _WRITERS[signature.kind](self, member.owner, signature, types, depth)

    def method(self, owner: Type, signature: Signature, types: str, depth: int) -> str:
        parameters = signature.parameters
        if signature.is_extension:
            receiver, parameters = self.value(parameters[0].type, depth), parameters[1:]
        else:
            receiver = str(owner) if signature.static else self.value(owner, depth)
        mark = "?." if not signature.static and self.chance(0.05) else "."
        return f"{_operand(receiver)}{mark}{signature.name}{types}({self.arguments(parameters, depth)})"

    def property(self, owner: Type, signature: Signature, _types: str, depth: int) -> str:
        receiver = str(owner) if signature.static else _operand(self.value(owner, depth))
        return f"{receiver}.{signature.name}"

    def indexer(self, owner: Type, signature: Signature, _types: str, depth: int) -> str:
        return f"{_operand(self.value(owner, depth))}[{self.arguments(signature.parameters, depth)}]"

    def constructor(self, owner: Type, signature: Signature, _types: str, depth: int) -> str:
        return f"new {owner}({self.arguments(signature.parameters, depth)})"

    def operator(self, _owner: Type, signature: Signature, _types: str, depth: int) -> str:
        operands = [f"({self.value(parameter.type, depth)})" for parameter in signature.parameters]
        if len(operands) == 1:
            return f"({signature.name}{operands[0]})"
        return f"({operands[0]} {signature.name} {operands[1]})"

    def conversion(self, _owner: Type, signature: Signature, _types: str, depth: int) -> str:
        return f"({signature.result})({self.value(signature.parameters[0].type, depth)})"

    def arguments(self, parameters: Sequence[Parameter], depth: int) -> str:
        given: list[str] = []
        for parameter in parameters:
            if parameter.default and self.chance(0.5):
                break
            if parameter.modifier == "params":
                items = [self.value(parameter.type.arguments[0], depth) for _ in range(self.random.randint(0, 3))]
                given.extend(items)
            elif parameter.modifier == "out":
                given.append(f"out var {self.name()}")
            else:
                given.append(self.value(parameter.type, depth))
        return ", ".join(given)

    # ---- statements

    def statement(self, depth: int) -> str:
        kinds = (self.declaration, self.assignment, self.effect, self.decision, self.loop, self.jump)
        return self.random.choices(kinds, (5, 3, 3, 3, 3 if depth else 0, 1))[0](depth)

    def inner(self, depth: int) -> str:
        before = list(self.variables)
        statements = [self.statement(depth - 1) for _ in range(self.random.randint(1, 2))]
        self.variables = before
        return f"{{ {' '.join(statements)} }}"

    def declaration(self, _depth: int) -> str:
        name, type_ = self.name(), self.any_type()
        written = "var" if self.chance(0.3) else str(type_)
        text = f"{written} {name} = {self.value(type_, 2)};"
        self.variables.append((name, type_))
        return text

    def assignment(self, _depth: int) -> str:
        if not self.variables:
            return ";"
        name, type_ = self.random.choice(self.variables)
        if type_.name in {"int", "long", "double", "decimal", "byte", "char"} and self.chance(0.4):
            return self.random.choice((f"{name}++;", f"--{name};"))
        operator = self.random.choice(("=", "=", "=", "+=", "-=", "*=", "|="))
        return f"{name} {operator} {self.value(type_, 2)};"

    def effect(self, _depth: int) -> str:
        """A call or an assignment to a property or an indexer."""
        member = self.random.choice(self.members.get("") or [self.random.choice(self.members["bool"])])
        text = self.member(member, 2)
        if member.signature.sets:
            return f"{text} = {self.value(member.signature.result, 2)};"
        return f"{text};" if text.endswith(")") and not text.startswith("(") else ";"

    def decision(self, depth: int) -> str:
        condition = self.value(BOOL, 2)
        otherwise = f" else {self.inner(depth)}" if depth and self.chance(0.4) else ""
        return f"if ({condition}) {self.inner(depth) if depth else '{ }'}{otherwise}"

    def loop(self, depth: int) -> str:
        name, before = self.name(), list(self.variables)
        self.loops += 1
        kind = self.random.randrange(4)
        source = self.value(self.random.choice((STRING, Type("JArray"), Type("JObject"), *ARRAYS)), 2)
        body = self.inner(depth)
        self.loops -= 1
        self.variables = before
        return (
            f"foreach (var {name} in {source}) {body}",
            f"int {name} = 0; while ({name}++ < 3) {body}",
            f"int {name} = 0; do {body} while ({name}++ < 3);",
            f"for (int {name} = 0; {name} < 3; {name}++) {body}",
        )[kind]

    def jump(self, _depth: int) -> str:
        if self.loops and self.chance(0.7):
            return f"if ({self.value(BOOL, 1)}) {{ {self.random.choice(('break', 'continue'))}; }}"
        return f"if ({self.value(BOOL, 1)}) {{ return {self.value(self.any_type(), 2)}; }}"


def _operand(text: str) -> str:
    """The text in parentheses, unless it is a name or a call already."""
    return text if text.replace(".", "").isalnum() and not text[0].isdigit() else f"({text})"


_WRITERS: Mapping[Kind, Callable[[Blocks, Type, Signature, str, int], str]] = {
    Kind.CONSTANT: Blocks.property,
    Kind.CONSTRUCTOR: Blocks.constructor,
    Kind.CONVERSION: Blocks.conversion,
    Kind.INDEXER: Blocks.indexer,
    Kind.METHOD: Blocks.method,
    Kind.OPERATOR: Blocks.operator,
    Kind.PROPERTY: Blocks.property,
}

"""Random blocks of C# about control flow: each tells in `s` which way it went. Some do not compile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

NAMES = ("a", "b", "c")


class Flows:
    """Writes one block; `random` decides. Its loops and calls end."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0
        self.functions: list[str] = []
        self.variables: list[str] = []
        # What jumps may be written: "loop", "switch", "catch", "finally", the innermost last
        self.around: list[str] = []

    def block(self) -> str:
        """A whole expression."""
        declared = [f"int {name}{self.pick(*[' = 0', ' = 1', ' = 2'] * 4, '')};" for name in NAMES]
        self.variables = list(NAMES)
        body = self.statements(4, self.random.randint(2, 5))
        ending = self.pick(*["return s + a;", "return s;", "return s + b + c;"] * 5, "")
        return f'@{{ string s = ""; {" ".join(declared)} {body} {ending} }}'

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    @contextmanager
    def within(self, *kinds: str) -> Iterator[None]:
        before, self.around = self.around, [*self.around, *kinds]
        yield
        self.around = before

    def mark(self) -> str:
        """A statement that says that it was reached."""
        self.count += 1
        return f's += "{self.count},";'

    def statements(self, depth: int, number: int) -> str:
        before, functions = list(self.variables), list(self.functions)
        written = [self.statement(depth) for _ in range(number)]
        self.variables, self.functions = before, functions
        return " ".join(written)

    def body(self, depth: int) -> str:
        return f"{{ {self.statements(depth - 1, self.random.randint(0, 3))} }}"

    def statement(self, depth: int) -> str:
        simple: list[tuple[Callable[[], str], int]] = [
            (self.mark, 4),
            (self.assignment, 4),
            (self.declaration, 2),
            (self.jump, 3),
            (self.call, 2),
        ]
        nested: list[tuple[Callable[[int], str], int]] = [
            (self.decision, 3),
            (self.attempt, 4),
            (self.switch, 3),
            (self.loop, 3),
            (self.function, 2),
            (self.inner, 1),
        ]
        kinds = [*simple, *((lambda make=make: make(depth), weight) for make, weight in nested if depth > 0)]
        (chosen,) = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        return chosen()

    # ---- values

    def number(self) -> str:
        kind = self.random.random()
        if kind < 0.4:
            return str(self.random.randint(0, 3))
        if kind < 0.8:
            return self.random.choice(self.variables)
        if kind < 0.9 and self.functions:
            return f"{self.random.choice(self.functions)}({self.random.randint(0, 2)})"
        if kind < 0.95:
            return f'(s.Length > {self.random.randint(0, 40)} ? {self.number()} : throw new Exception("t"))'
        return f"({self.random.choice(self.variables)} = {self.random.randint(0, 3)})"

    def condition(self) -> str:
        kind = self.random.random()
        if kind < 0.15:
            return self.pick("true", "false", "1 < 2", "!true")
        if kind < 0.3:
            return f"{self.condition()} {self.pick('&&', '||')} {self.condition()}"
        if kind < 0.4:
            return f"!({self.condition()})"
        if kind < 0.5:
            return f"(object){self.number()} is int {self.declared()}"
        if kind < 0.6:
            return f"s.Length {self.pick('<', '>')} {self.random.randint(0, 40)}"
        return f"{self.number()} {self.pick('<', '==', '!=')} {self.number()}"

    def declared(self) -> str:
        name = self.name()
        if self.random.random() < 0.15:
            self.variables.append(name)
        return name

    # ---- statements

    def assignment(self) -> str:
        name = self.random.choice(self.variables)
        return self.pick(f"{name} = {self.number()};", f"{name}++;", f"{name} += {self.number()};")

    def declaration(self) -> str:
        value = self.pick("", *[f" = {self.number()}"] * 6)
        name = self.name()
        self.variables.append(name)
        return f"int {name}{value};"

    def jump(self) -> str:
        leave = self.leave() if self.random.random() < 0.97 else self.pick("break;", "continue;", "throw;", "return s;")
        return self.pick(leave, *[f"if ({self.condition()}) {{ {leave} }}"] * 3)

    def leave(self) -> str:
        """A jump that may stand here."""
        inside = self.around[self.around.index("finally") + 1 :] if "finally" in self.around else self.around
        choices = [f'throw new Exception("{self.random.randint(0, 9)}");', 'int.Parse("x");']
        if "finally" not in self.around:
            choices.append(f"return s + {self.number()};" if "function" not in self.around else "return 5;")
        if "loop" in inside:
            choices += ["break;", "continue;"]
        if "catch" in inside:
            choices.append("throw;")
        return self.random.choice(choices)

    def call(self) -> str:
        if not self.functions:
            return self.mark()
        return f"{self.random.choice(self.functions)}({self.number()});"

    def inner(self, depth: int) -> str:
        return self.body(depth)

    def decision(self, depth: int) -> str:
        condition = self.condition()
        otherwise = self.pick("", f" else {self.body(depth)}")
        return f"if ({condition}) {self.body(depth)}{otherwise}"

    def attempt(self, depth: int) -> str:
        body = self.body(depth)
        number = self.random.randint(0, 2)
        handlers = [self.handler(depth, is_last=index + 1 == number) for index in range(number)]
        ending = ""
        if not handlers or self.random.random() < 0.5:
            with self.within("finally"):
                ending = f" finally {self.body(depth)}"
        return f"try {body} {' '.join(handlers)}{ending}"

    def handler(self, depth: int, *, is_last: bool) -> str:
        """One that takes all exceptions is the last, or it does not compile."""
        kind = self.random.random() if is_last else 0.59
        if kind < 0.3:
            with self.within("catch"):
                return f"catch {self.body(depth)}"
        name = self.name()
        told = f"s += {name}.Message;"
        head = f"catch (Exception {name})" + (f" when ({self.condition()})" if kind < 0.6 else "")
        with self.within("catch"):
            return f"{head} {{ {told} {self.statements(depth - 1, 1)} }}"

    def switch(self, depth: int) -> str:
        value, before = self.number(), list(self.variables)
        sections = []
        for label in self.random.sample(range(4), self.random.randint(1, 3)):
            pattern = self.pick(
                *[str(label)] * 3, f"int {self.declared()} when {self.condition()}", f"{label} when {self.condition()}"
            )
            leave = self.pick(*["break;"] * 8, "return 3;", f"goto case {label};", "")
            sections.append(f"case {pattern}: {self.statements(depth - 1, 1)} {leave}")
            self.variables = list(before)
        if self.random.random() < 0.6:
            default = f"default: {self.statements(depth - 1, 1)} break;"
            sections.insert(self.random.randint(0, len(sections)), default)
        return f"switch ({value}) {{ {' '.join(sections)} }}"

    def loop(self, depth: int) -> str:
        name, before = self.name(), list(self.variables)
        kind = self.random.randrange(4)
        condition = self.condition()
        if kind == 1:
            self.variables.append(name)
        with self.within("loop"):
            body = self.body(depth)
        self.variables = before
        bound = f"int {name} = 0; "
        return (
            f"foreach (var {name} in new[] {{ 1, 2 }}) {body}",
            f"for (int {name} = 0; {name} < 3; {name}++) {body}",
            f"{bound}while ({name}++ < 3 && ({condition})) {body}",
            f"{bound}do {body} while ({name}++ < 2 && ({condition}));",
        )[kind]

    def function(self, depth: int) -> str:
        """It calls only what is declared above."""
        name, parameter, before = self.name(), self.name(), list(self.variables)
        self.variables = [*before, parameter]
        around, self.around = self.around, ["function"]
        body = self.statements(depth - 1, self.random.randint(1, 2))
        self.around, self.variables = around, before
        self.functions.append(name)
        ending = self.pick(*[f"return {parameter};", "return 7;"] * 6, "")
        return f"int {name}(int {parameter}) {{ {body} {ending} }}"

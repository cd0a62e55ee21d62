import enum

from apim_lab.csharp.symbols.definitions import Definition, enum_definition

PAIR = Definition(
    "struct Pair<T> : IEnumerable<T>",
    "Example.Pair",
    members={
        "new(T first, T second)": lambda first, second: [first, second],
        "const int Size": 2,
        "static string Name": lambda: "pair",
        "T First": lambda pair: pair[0],
        "T First { set; }": lambda pair, value: pair.__setitem__(0, value),
        "T this[int index]": lambda pair, index: pair[index],
        "T this[int index] { set; }": lambda pair, index, value: pair.__setitem__(index, value),
        "T Swap()": lambda pair: pair,
        "static T Swap(T pair)": lambda pair: pair,
        "static T Twice<T>(this Pair<T> pair)": lambda pair: pair,
        "static bool operator ==(Pair<T> a, Pair<T> b)": lambda a, b: a == b,
        "static explicit operator int(Pair<T> pair)": len,
    },
)


def test_a_definition_sorts_its_rows_by_their_kind():
    tables = (
        PAIR.class_methods,
        PAIR.class_properties,
        PAIR.constants,
        PAIR.extension_methods,
        PAIR.instance_methods,
        PAIR.operator_methods,
        PAIR.properties,
        PAIR.setters,
    )
    rows = (PAIR.constructors, PAIR.conversions, PAIR.indexers, PAIR.index_setters)

    assert [list(table) for table in tables] == [
        ["Swap", "Twice"],
        ["Name"],
        ["Size"],
        ["Twice"],
        ["Swap"],
        ["=="],
        ["First"],
        ["First"],
    ]
    assert [len(table) for table in rows] == [1, 1, 1, 1]


def test_a_definition_knows_its_parents():
    assert (PAIR.name, PAIR.value, PAIR.type_parameters) == ("Pair<T>", True, ("T",))
    assert [str(parent) for parent in PAIR.parents] == ["IEnumerable<T>", "object"]


def test_zero_is_the_default_of_an_enumeration():
    color = enum.Enum("color", {"Red": 1, "Green": 0})
    found = enum_definition("Example.Color", color)

    assert (found.name, found.value, found.default) == ("Color", True, color.Green)
    assert {name: row.implementation for name, row in found.constants.items()} == {
        "Red": color.Red,
        "Green": color.Green,
    }

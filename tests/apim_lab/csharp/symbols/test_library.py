"""Look-ups of types and members, and generic types with constructors."""

import pytest

from apim_lab.csharp.binding.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.symbols.definitions import Definition, OfLibrary
from apim_lab.csharp.symbols.library import Library
from apim_lab.expressions import CompileError, compile_expression
from apim_lab.expressions.allow_list import LIBRARY


def _new_box(type_: TypeArgument):
    if str(type_) == "object":
        raise UnsupportedType("A box of objects holds nothing")
    return lambda value: (str(type_), value)


BOX = Definition(
    "class Box<T>",
    "Example.Box",
    members={
        "new(T value)": _new_box,
        "T Value": lambda box: box[1],
        "string Type": lambda box: box[0],
    },
)
PLAIN_BOX = Definition("class Box", "Example.Box", members={"static string Name": lambda: "plain"})


@pytest.fixture
def library() -> Library:
    return Library([*LIBRARY.definitions.values(), BOX, PLAIN_BOX])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@(new Box<int>(5).Value + 1)", 6),
        ("@(new Box<long>(5).Type)", "long"),
        ("@(new Box<string[]>(\"a,b\".Split(',')).Value.Length)", 2),
        ("@(new Box<Box<int>>(new Box<int>(7)).Value.Value)", 7),
        ("@(Box.Name)", "plain"),
    ],
)
def test_types_are_told_apart_by_arity_and_their_constructors_know_their_arguments(library, context, source, expected):
    assert compile_expression(source, library).evaluate(context) == expected


def test_a_constructor_may_refuse_a_type_argument(library):
    with pytest.raises(CompileError, match="A box of objects holds nothing"):
        compile_expression("@(new Box<object>(1))", library)


def test_arguments_are_converted_to_the_type_arguments(library):
    with pytest.raises(CompileError, match="cannot convert from 'string' to 'int'"):
        compile_expression('@(new Box<int>("a"))', library)


SHAPE = Definition("interface IShape", "Example.IShape", members={"int Corners": lambda _: 3})
HIDDEN = Definition(
    "class Hidden : IShape",
    "Example.Hidden",
    is_allowed=False,
    members={"string Seen(object value)": OfLibrary(lambda library: lambda _, value: str(library.type_of(value)))},
)


@pytest.fixture
def with_shapes():
    return Library([*LIBRARY.definitions.values(), SHAPE, HIDDEN])


def test_a_class_does_not_have_the_members_of_its_interfaces_by_itself(with_shapes):
    assert with_shapes.member(SHAPE.type, "Corners") is not None
    assert with_shapes.member(HIDDEN.type, "Corners") is None


def test_a_type_that_is_not_allowed_cannot_be_written(with_shapes):
    assert with_shapes.resolve("IShape") is not None
    assert with_shapes.resolve("Hidden") is None
    assert with_shapes.resolve("List<Hidden>") is None


def test_a_row_may_be_made_of_the_library(with_shapes):
    (seen,) = with_shapes.methods(HIDDEN.type, "Seen")

    assert seen.implementation(None, "text") == "string"

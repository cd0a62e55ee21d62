from collections import Counter

import pytest

from bench.agreement import CONTEXTS, expressions_in, outcome, published, report, slips

SAME = {"value": "1", "type": "System.Int32"}
THROWN = {"exception": {"type": "System.FormatException", "message": "a"}}
BROKEN = {"compile_error": {"code": "CS0103", "message": "b"}}


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (SAME, "same"),
        ({**SAME, "type": "System.Int64"}, "value"),
        (THROWN, "exception"),
        (BROKEN, "refused"),
        ({"crash": "TypeError: x"}, "crash"),
    ],
)
def test_outcomes_where_csharp_has_a_value(mine, expected):
    assert outcome(mine, SAME) == expected


def test_outcomes_where_csharp_has_none():
    assert outcome({"exception": {"type": "System.FormatException", "message": "b"}}, THROWN) == "text"
    assert outcome({"exception": {"type": "System.OverflowException", "message": "a"}}, THROWN) == "exception"
    assert outcome({"compile_error": {"message": "in other words"}}, BROKEN) == "same"
    assert outcome(SAME, BROKEN) == "accepted"


def test_published_expressions_are_taken_once_from_attributes_and_texts(tmp_path):
    (tmp_path / "a.xml").write_text(
        '<policies><inbound><set-variable name="x" value="@((int)context.Variables["n"])" />'
        "<set-body>@{ return 1; }</set-body><set-body>@{ return 1; }</set-body></inbound></policies>"
    )

    found = published(expressions_in(tmp_path))

    assert len(found) == 2 * len(CONTEXTS)
    assert found[1]["expr"] == '@((int)context.Variables["n"])'
    assert found[1]["context"]["variables"] == {"n": "1"}
    assert found[-1]["expr"] == "@{ return 1; }"


def test_the_table_tells_the_shares_and_the_outcomes_of_each_area():
    assert report({"dates": Counter(same=3, value=1, refused=2)}).splitlines() == [
        "agreement with C#  cases    same  verdict  text  exception  value  refused  accepted  crash",
        "dates                  6  50.00%   66.67%                       1        2",
    ]


def test_slips_are_the_same_for_the_same_seed():
    assert slips(["@(1 + 2)", "@(a.B)"], 5, seed=1) == slips(["@(1 + 2)", "@(a.B)"], 5, seed=1)


def test_line_ends_and_the_wording_of_unboxing_need_not_agree():
    cast = {"type": "System.InvalidCastException", "message": "Specified cast is not valid."}
    worded = {**cast, "message": "Unable to cast object of type 'System.String' to type 'System.Int32'."}
    other = {**cast, "message": "Unable to cast object of type 'System.Int32' to type 'System.String'."}

    assert outcome({"value": "a\r\nb", "type": "x"}, {"value": "a\nb", "type": "x"}) == "same"
    assert outcome({"exception": cast}, {"exception": worded}) == "same"
    assert outcome({"exception": cast}, {"exception": other}) == "text"

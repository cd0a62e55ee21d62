"""Reading the XML of policies, which is not always XML."""

import pytest

from apim_lab.policy.markup import Brackets, Node, Source, read_markup


def read(text: str, **named_values: str) -> Node:
    source = Source(text)
    root = read_markup(source, named_values)

    assert not source.mistakes, source.mistakes
    assert root is not None
    return root


def mistakes_of(text: str, **named_values: str) -> list[tuple[int, int, str]]:
    source = Source(text)
    read_markup(source, named_values)
    return [(mistake.line, mistake.column, mistake.message) for mistake in source.mistakes]


def attribute(text: str, **named_values: str) -> str:
    return read(f"<policies x={text} />", **named_values).attributes["x"][1].value


class TestElements:
    def test_a_tree_of_elements_is_read_in_order(self):
        root = read("<policies><inbound><base /><trace/></inbound><outbound></outbound></policies>")

        assert root.name == "policies"
        assert [node.name for node in root.children] == ["inbound", "outbound"]
        assert [node.name for node in root.children[0].children] == ["base", "trace"]

    def test_comments_instructions_and_a_byte_order_mark_are_passed_over(self):
        root = read(
            '\ufeff<?xml version="1.0"?><!-- <a> -- --><policies><!-- "@(" --><inbound/></policies><!-- end -->'
        )

        assert [node.name for node in root.children] == ["inbound"]

    def test_text_keeps_its_line_breaks_and_has_entities_replaced(self):
        root = read("<policies>a &lt;b&gt;\n&amp;&#65;&#x42;&apos;&quot;&unknown;</policies>")

        assert root.text is not None
        assert root.text.value == "a <b>\n&AB'\"&unknown;"

    @pytest.mark.parametrize("written", ["&#1114112;", "&#x110000;", "&#x1000000;", f"&#{'9' * 5000};", "&#1a;"])
    def test_a_reference_to_no_character_stays_as_it_is(self, written: str):
        root = read(f"<policies>{written}&#0000000065;&#x0000041;</policies>")

        assert root.text is not None
        assert root.text.value == f"{written}AA"

    def test_a_cdata_section_is_taken_as_it_is(self):
        root = read('<policies><![CDATA[@{ return a < b && c["&lt;"]; }]]></policies>')

        assert root.text is not None
        assert root.text.value == '@{ return a < b && c["&lt;"]; }'


class TestExpressions:
    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ('"plain"', "plain"),
            ("'it is \"quoted\"'", 'it is "quoted"'),
            ('"@(a["b"])"', '@(a["b"])'),  # as the seed writes it
            ("'@(a[\"b\"])'", '@(a["b"])'),
            ('"@(a[&quot;b)&quot;])"', '@(a["b)"])'),
            ('"@(a &amp;&amp; b < c && d > e)"', "@(a && b < c && d > e)"),
            ('"@(f(")", \')\', "\\")"))"', '@(f(")", \')\', "\\")"))'),
            ('"@(@"c:\\" + $"{x[1]}")"', '@(@"c:\\" + $"{x[1]}")'),
            ('"@{ /* } */ return "}"; // }\n }"', '@{ /* } */ return "}"; // }\n }'),
            ('"@(x) "', "@(x) "),
            ('"Bearer @(x)"', "Bearer @(x)"),
            ('"user@(example.com"', "user@(example.com"),
        ],
    )
    def test_an_attribute_ends_where_its_expression_does(self, written: str, value: str):
        assert attribute(written) == value

    def test_an_expression_between_tags_may_hold_generics_and_comparisons(self):
        root = read(
            '<policies>\n @{ return context.Response.Body.As<JObject>() != null && 1 < 2 ? "</x>" : ""; }\n</policies>'
        )

        assert root.text is not None
        assert root.text.value.strip().startswith("@{ return context.Response.Body.As<JObject>()")
        assert root.text.value.strip().endswith('"</x>" : ""; }')

    def test_elements_after_an_expression_are_read(self):
        root = read('<policies><when condition="@(a("b") == "c")"><base /></when><otherwise/></policies>')

        assert [node.name for node in root.children] == ["when", "otherwise"]

    def test_an_expression_whose_bracket_is_never_closed_has_no_end(self):
        assert Brackets('@(a("b"').end_of_expression(0) is None
        assert Brackets("@(a]").end_of_expression(0) is None


class TestPlaces:
    def test_a_place_in_a_value_leads_to_its_place_in_the_file(self):
        text = '<policies\n  x="a&amp;{{name}}b" />'
        source = Source(text)
        value = read_markup(source, {"name": "long value"}).attributes["x"][1]

        assert value.value == "a&long valueb"
        assert text[value.offset(0)] == "a"
        assert text[value.offset(value.value.index("&"))] == "&"
        assert text[value.offset(value.value.index("b", 3))] == "b"

    def test_lines_and_columns_count_from_one(self):
        source = Source("ab\ncd")
        source.report(0, "first")
        source.report(4, "last")

        assert [(mistake.line, mistake.column) for mistake in source.mistakes] == [(1, 1), (2, 2)]


class TestNamedValues:
    def test_a_named_value_fills_attributes_text_and_expressions(self):
        assert attribute('"{{calls}}"', calls="3") == "3"
        assert attribute('"@(x > {{calls}})"', calls="3") == "@(x > 3)"

    def test_a_named_value_is_not_read_as_markup(self):
        assert attribute('"{{x}}"', x='"/><evil a="&amp;') == '"/><evil a="&amp;'

    def test_a_missing_named_value_is_reported_with_those_there_are(self):
        assert mistakes_of('<policies x="{{cals}}" />', calls="3") == [
            (1, 14, "no named value 'cals' is configured: expected one of calls")
        ]


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "line", "column", "part"),
        [
            ("", 1, 1, "no element found"),
            ("<policies>", 1, 1, "<policies> is never closed"),
            (
                "<policies>\n  <inbound>\n</policies>",
                2,
                3,
                "<inbound> is never closed: expected </inbound> before </policies>",
            ),
            ("<policies></inbound></policies>", 1, 11, "</inbound> closes nothing"),
            ("<policies/><policies/>", 1, 12, "second root element"),
            ("<policies/>hello", 1, 12, "text outside of <policies>"),
            ("<policies><!-- ", 1, 11, "the comment is never closed: expected -->"),
            ("<policies><![CDATA[ ", 1, 11, "the CDATA section is never closed"),
            ("<policies x=1 />", 1, 11, 'expected x="..."'),
            ('<policies x="1" x="2" />', 1, 17, "x stands twice"),
            ('<policies x="1', 1, 11, "the value of x is never closed"),
            ("<policies>1 < 2</policies>", 1, 13, "'<' does not start a tag here"),
            ("<policies>@(a</policies>", 1, 11, "the policy expression is never closed: expected ')'"),
            ("<policies>" + "<a>" * 300 + "</policies>", 1, 608, "nested deeper than 200"),
        ],
    )
    def test_a_mistake_is_reported_at_its_place(self, text: str, line: int, column: int, part: str):
        found = mistakes_of(text)

        assert any(place[:2] == (line, column) and part in place[2] for place in found), found

    def test_several_mistakes_are_all_reported(self):
        text = '<policies>\n<a x=1>\n</a>\n<b y="{{no}}"/>\n</c>\n</policies>'

        assert [line for line, _, _ in mistakes_of(text)] == [2, 4, 5]


QUOTED = "&quot;yes&quot; || " * 10_000
MISTYPED = {
    "a character among escaped quotes": f'<policies x="@(a == \'{QUOTED})" />',
    "escaped quotes in a text": "<policies>@(&quot;" + r"\&quot;" * 30_000 + "</policies>",
    "quotes in a text": '<policies>@("' + r"\"" * 100_000 + "</policies>",
    "quotes in a character": "<policies>@('" + r"\'" * 100_000 + "</policies>",
    "code points in a character": "<policies>@('" + r"\u0041" * 30_000 + "</policies>",
    "comments": "<policies>@(" + "/*" * 500_000 + "</policies>",
    "expressions in elements": "<policies>" + "<a>@(</a>" * 20_000 + "</policies>",
    "expressions in attributes": "<policies>" + '<a x="@(b[" />' * 15_000 + "</policies>",
}
"""Documents of 200 kB to 1 MB in which something is never closed, by what it is."""


@pytest.mark.parametrize("text", MISTYPED.values(), ids=MISTYPED.keys())
def test_a_mistyped_document_is_read_once(ends, text: str):
    """And not again for each thing that is never closed, or for each way to read it."""
    assert ends(read_markup, Source(text), {})

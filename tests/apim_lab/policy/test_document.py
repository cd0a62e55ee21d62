"""Documents: what is read from the text, and every mistake at its place."""

from pathlib import Path

import pytest

from apim_lab.errors import DocumentError
from apim_lab.policy.document import GLOBAL, Document, read_document
from apim_lab.policy.statements.backend import ForwardRequest, SetBackendService
from apim_lab.policy.statements.control import Choose, Retry
from apim_lab.policy.values import Computed, Literal

SEED = Path(__file__).parents[4] / "shared" / "seed"
GALLERY = sorted((Path(__file__).parents[3] / "addon" / "apim_lab" / "gallery").glob("*.xml"))
NAMED_VALUES = {
    "calls": "3",
    "renewal-period": "15",
    "counter-duration": "100",
    "retry-count": "3",
    "retry-interval": "10",
    "backend-count": "3",
}


def read(inside: str) -> Document:
    return read_document(f"<policies>{inside}</policies>", "p.xml")


def mistakes(text: str) -> list[str]:
    with pytest.raises(DocumentError) as error:
        read_document(text, "p.xml")
    return str(error.value).splitlines()


class TestReading:
    def test_statements_come_in_their_order_with_path_and_line(self):
        document = read_document(
            '<policies>\n<inbound>\n<set-backend-service backend-id="a" />\n<choose><when condition="true">\n'
            '<set-backend-service backend-id="b" /></when></choose></inbound></policies>',
            "p.xml",
        )
        first, second = document.inbound.steps

        assert first.statement == SetBackendService(backend_id=Literal("a"))
        assert (first.path, first.line) == ("set-backend-service[1]", 3)
        assert isinstance(second.statement, Choose)
        inner = second.statement.branches[0].body.steps[0]
        assert (inner.path, inner.line) == ("choose[1]/when[1]/set-backend-service[1]", 5)

    def test_an_expression_knows_its_place_for_last_error(self):
        document = read('<inbound><choose><when condition="@(1 == 1)" /></choose></inbound>')
        condition = document.inbound.steps[0].statement.branches[0].condition

        assert isinstance(condition, Computed)
        assert condition.path == "choose[1]/when[1]"

    def test_base_stands_for_the_enclosing_scope(self):
        parent = read("<inbound><set-backend-service backend-id='p' /></inbound>")
        document = read_document(
            "<policies><inbound><base /><trace source='s'><message>m</message></trace></inbound></policies>",
            "p.xml",
            parent=parent,
        )

        assert document.inbound.steps[0] == parent.inbound.steps[0]
        assert len(document.inbound.steps) == 2

    def test_a_section_that_is_left_out_is_inherited_and_an_empty_one_is_empty(self):
        assert read("").backend == GLOBAL.backend
        assert isinstance(read("<backend><base /></backend>").backend.steps[0].statement, ForwardRequest)
        assert read("<backend />").backend.steps == ()

    def test_literals_are_read_as_the_type_of_their_attribute(self):
        document = read(
            '<backend><retry condition="False" count=" 2 " interval="0.5"><base-less/></retry></backend>'.replace(
                "<base-less/>", ""
            )
        )
        retry = document.backend.steps[0].statement

        assert isinstance(retry, Retry)
        assert (retry.condition, retry.count, retry.interval) == (Literal(False), Literal(2), Literal(0.5))

    @pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.name)
    def test_the_gallery_loads(self, path):
        document = read_document(path.read_text(), str(path), NAMED_VALUES)

        assert document.inbound.steps

    @pytest.mark.skipif(not SEED.exists(), reason="the seed document is not beside the project")
    def test_the_published_document_loads_as_it_is(self):
        text = next(SEED.iterdir()).read_text().partition("```xml\n")[2].partition("```")[0]

        assert len(read_document(text, "seed.xml").inbound.steps) == 4


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "mistake"),
        [
            ("<policy />", "p.xml:1:1: the root element is <policy>: expected <policies>"),
            ("<policies a='1' />", "p.xml:1:11: unknown attribute a of <policies>: expected none"),
            ("<policies>text</policies>", "p.xml:1:11: text in <policies>: 'text': expected elements only"),
            (
                "<policies><inbond /></policies>",
                "p.xml:1:11: unknown section <inbond>: expected one of inbound, backend, outbound, on-error",
            ),
            ("<policies><inbound /><inbound /></policies>", "p.xml:1:22: section <inbound> stands twice"),
        ],
    )
    def test_of_the_frame(self, text, mistake):
        assert mistakes(text) == [mistake]

    @pytest.mark.parametrize(
        ("section", "inside", "mistake"),
        [
            ("inbound", "<statement />", "1:20: unknown element <statement>: expected one of cache-lookup-value, cache-store-value, choose, rate-limit-by-key, "),
            ("inbound", "<set-varable />", "1:20: unknown element <set-varable>: did you mean <set-variable>?"),
            ("inbound", "<validate_jwt />", "1:20: unknown element <validate_jwt>: did you mean <validate-jwt>?"),
            ("inbound", "<validate-jwt />", "1:20: API Management has <validate-jwt>; it is not supported here yet"),
            ("outbound", "<quota-by-key />", "1:21: API Management has <quota-by-key>; it is not supported here yet"),
            ("inbound", "words", "1:20: text in <inbound>: 'words': expected elements only"),
            ("inbound", "<forward-request />", "1:20: <forward-request> is not allowed in <inbound>: expected in backend"),
            ("inbound", "<when condition='true' />", "1:20: unknown element <when>"),
            ("inbound", "<choose />", "1:20: <choose> has no <when>: it is required"),
            ("inbound", "<choose><when /></choose>", "1:28: <when> has no attribute condition: it is required"),
            ("inbound", "<choose><when condition='true' /><set-body /></choose>", "1:53: <set-body> is not allowed in <choose>: expected one of when, otherwise"),
            ("inbound", "<choose><when condition='true' /><otherwise /><otherwise /></choose>", "1:66: a second <otherwise> in <choose>: expected at most one"),
            ("inbound", "<choose><when condition='true'><base /></when></choose>", "1:51: <base> stands inside a statement"),
            ("inbound", "<base a='1' />", "1:26: unknown attribute a of <base>: expected none"),
            ("inbound", "<set-variable name='a' value='b' valu='c' />", "1:53: unknown attribute valu of <set-variable>: expected one of name, value"),
            ("inbound", "<set-variable name='@(1)' value='b' />", "1:40: name takes no policy expression: expected text"),
            ("inbound", "<set-backend-service />", "1:20: <set-backend-service>: expected either backend-id or base-url"),
            (
                "inbound",
                '<set-backend-service base-url="http://host:0" />',
                "1:20: <set-backend-service>: 'http://host:0' has port 0, where nothing can listen",
            ),
            ("inbound", "<set-header name='a'><value>b</value>c</set-header>", "text in <set-header>: 'c': expected elements only"),
            ("inbound", "<set-body><value /></set-body>", "1:30: <value> is not allowed in <set-body>: expected no element"),
            ("inbound", "<cache-store-value key='k' value='v' duration='long' />", "1:67: duration: 'long' is not a whole number"),
            ("inbound", "<cache-store-value key='k' value='v' duration='0' />", "1:67: duration: '0' is too small: expected at least 1"),
            ("inbound", "<cache-lookup-value key='k' variable-name='v' caching-type='none' />", "caching-type: 'none' is not one of prefer-external, external, internal"),
            ("inbound", "<set-variable name='v' value='@(1 + nothing)' />", "1:56: CS0103: The name 'nothing' does not exist in the current context"),
            ("inbound", "<set-variable name='v' value='  @(&quot;ä&quot; + nothing)' />", "1:70: CS0103: The name 'nothing' does not exist in the current context"),
        ],
    )  # fmt: skip
    def test_of_a_statement(self, section, inside, mistake):
        found = mistakes(f"<policies><{section}>{inside}</{section}></policies>")

        assert len(found) == 1
        assert mistake in found[0]

    def test_of_a_backend_id_that_is_not_configured(self):
        with pytest.raises(
            DocumentError, match=r"p\.xml:1:53: no backend 'four' is configured: expected one of one, two"
        ):
            read_document(
                '<policies><inbound><set-backend-service backend-id="four" /></inbound></policies>',
                "p.xml",
                backend_ids={"one", "two"},
            )

    def test_all_of_a_file_are_reported_in_their_order(self):
        found = mistakes(
            "<policies>\n<inbound>\n<a />\n<rate-limit-by-key calls='x' renewal-period='301' />\n</inbound>\n"
            "<outbound>\n<set-body>@(what)</set-body>\n<forward-request />\n</outbound>\n</policies>"
        )

        assert [line.partition(": ")[0] for line in found] == [
            "p.xml:3:1",
            "p.xml:4:1",
            "p.xml:4:27",
            "p.xml:4:46",
            "p.xml:7:13",
            "p.xml:8:1",
        ]

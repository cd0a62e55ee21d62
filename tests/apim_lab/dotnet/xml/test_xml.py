import pytest

from apim_lab.csharp.runtime import memory
from apim_lab.csharp.runtime.exceptions import InsufficientExecutionStackException, OutOfMemoryException
from apim_lab.dotnet.xml.exceptions import XmlException
from apim_lab.dotnet.xml.parsing import MAX_DEPTH, parse_element
from tests import oracle

test_xml_agrees = oracle.table(__file__, "xml.jsonl")
test_members_agree = oracle.table(__file__, "members.jsonl")


@pytest.fixture(autouse=True)
def fresh() -> None:
    memory.start()


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1/">%a;',
        '<!ATTLIST a b CDATA "c">',
    ],
)
def test_a_document_declares_nothing(subset: str) -> None:
    with pytest.raises(XmlException, match="For security reasons DTD is prohibited"):
        parse_element(f"<!DOCTYPE a [{subset}]><a>&a;</a>")


def test_what_a_document_type_names_is_not_read() -> None:
    element = parse_element('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>')

    assert element.is_empty
    with pytest.raises(XmlException, match="Reference to undeclared entity 'x'"):
        parse_element('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>&x;</a>')


def test_elements_within_each_other_are_limited() -> None:
    parse_element("<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH)

    with pytest.raises(InsufficientExecutionStackException):
        parse_element("<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("part", ["<b/>", "<b>t</b>", "<!---->", "&lt;"])
def test_what_a_text_becomes_is_limited(part: str) -> None:
    with pytest.raises(OutOfMemoryException):
        parse_element(f"<a>{part * 600_000}</a>")


def test_very_many_attributes_take_no_long_time() -> None:
    attributes = " ".join(f"a{number}=''" for number in range(30_000))

    assert len(parse_element(f"<a {attributes}/>").attributes) == 30_000


@pytest.mark.parametrize("type_", ["XElement", "XNode", "XDocument"])
def test_a_body_is_read_as_xml(type_: str) -> None:
    answer = oracle.ours(
        {"expr": f"@(context.Request.Body.As<{type_}>().ToString())", "context": {"body": "<a> <b/></a>"}}
    )

    assert answer == {"value": "<a>\r\n  <b />\r\n</a>", "type": "System.String"}

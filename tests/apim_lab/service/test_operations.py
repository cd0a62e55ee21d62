import json
from pathlib import Path
from textwrap import dedent
from time import perf_counter

import pytest

from apim_lab.errors import DocumentError
from apim_lab.expressions.entities import Operation
from apim_lab.service.operations import Match, Operations, load_operations, normalize_operation_id

SPECS = Path(__file__).parents[4] / "shared" / "specs"

OPENAPI_3 = """\
openapi: 3.0.0
info: {title: Deployments, version: "1"}
servers: [{url: "https://{endpoint}/openai"}]
paths:
  /deployments/{deployment-id}/completions:
    parameters:
      - {name: deployment-id, in: path, required: true, schema: {type: string}}
      - $ref: "#/components/parameters/ApiVersion"
    post:
      operationId: Completions_Create
      summary: Creates a completion.
      responses: {}
  /deployments:
    get:
      parameters:
        - {name: filter, in: query}
      responses: {}
components:
  parameters:
    ApiVersion: {name: api-version, in: query, required: true, schema: {type: string}}
"""

OPENAPI_2 = {
    "swagger": "2.0",
    "basePath": "/v1",
    "paths": {
        "/models/{id}": {
            "get": {
                "operationId": "Models.Get",
                "parameters": [{"name": "id", "in": "path", "required": True, "type": "string"}],
            }
        }
    },
}


@pytest.fixture
def load(tmp_path):
    def load(text, name="api.yaml", **switches):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text, indent=2), encoding="utf-8")
        return load_operations(path, **switches)

    return load


def api(*url_templates: str, method: str = "GET") -> Operations:
    """Operations with their templates as ids."""
    return Operations(Operation(template, template, method, template) for template in url_templates)


def matched(operations: Operations, path: str, query=(), method: str = "GET"):
    match = operations.match(method, path, dict(query))
    return match and (match.operation.id, dict(match.parameters))


def mistakes(error: pytest.ExceptionInfo[DocumentError]) -> list[tuple[int, int, str]]:
    return [(m.line, m.column, m.message) for m in error.value.mistakes]


def test_an_openapi_3_document_in_yaml(load):
    assert list(load(OPENAPI_3)) == [
        Operation(
            "completions-create",
            "Creates a completion.",
            "POST",
            "/deployments/{deployment-id}/completions?api-version={api-version}",
        ),
        Operation("get-deployments", "Get - /deployments", "GET", "/deployments"),
    ]


def test_an_openapi_2_document_in_json(load):
    operations = load(OPENAPI_2, "api.json")

    assert list(operations) == [Operation("models-get", "Models.Get", "GET", "/models/{id}")]


def test_json_is_read_under_another_name_too(load):
    assert len(load(OPENAPI_2, "api.txt")) == 1


def test_a_byte_order_mark_is_skipped(load):
    assert len(load("\ufeff" + json.dumps(OPENAPI_2), "api.json")) == 1


def test_an_operation_may_be_empty(load):
    operations = load("swagger: 2.0\npaths: {/a: {get: {}}}")

    assert list(operations) == [Operation("get-a", "Get - /a", "GET", "/a")]


def test_required_query_parameters_stay_out_of_the_template_where_asked(load):
    operations = load(OPENAPI_3, translate_required_query_parameters="query")

    assert operations.match("POST", "/deployments/gpt-4o/completions", {}) is not None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"api-version": ["2024-10-21"]}, True),
        ({"api-version": [""]}, True),
        ({}, False),
        ({"q": ["1"]}, False),
    ],
)
def test_a_request_without_a_required_query_parameter_matches_no_operation(load, query, found):
    match = load(OPENAPI_3).match("POST", "/deployments/gpt-4o/completions", query)

    assert (match is not None) is found


def test_matched_parameters_are_those_of_the_template_only(load):
    query = {"api-version": ["2024-10-21"], "other": ["1"]}
    match = load(OPENAPI_3).match("POST", "/deployments/gpt-4o/completions", query)

    assert match.parameters == {"deployment-id": "gpt-4o", "api-version": "2024-10-21"}


def test_an_operation_replaces_a_parameter_of_its_path(load):
    text = """\
        openapi: 3.1.0
        paths:
          /a:
            parameters: [{name: v, in: query, required: true}]
            get:
              parameters: [{name: v, in: query}]
            put: {}
        """
    templates = [operation.url_template for operation in load(dedent(text))]

    assert templates == ["/a", "/a?v={v}"]


def test_a_path_item_may_be_a_reference(load):
    document = {"openapi": "3.0.0", "paths": {"/a": {"$ref": "#/x-items/b~1c%20d/0"}}}
    document["x-items"] = {"b/c d": [{"get": {"summary": "A"}}]}

    assert [operation.name for operation in load(document)] == ["A"]


def test_x_ms_paths_are_told_apart_by_their_query(load):
    document = {"swagger": "2.0", "paths": {}}
    document["x-ms-paths"] = {"/a?comp=list": {"get": {}}, "/a?comp=tags": {"get": {}}}
    operations = load(document)

    assert operations.match("GET", "/a", {"comp": ["tags"]}).operation.id == "get-a-comp-tags"
    assert operations.match("GET", "/a", {"comp": ["other"]}) is None


def test_trace_and_extensions_are_not_operations(load):
    document = {"openapi": "3.0.0", "paths": {"x-note": 1, "/a": {"trace": {}, "x-b": 1, "description": "d"}}}

    assert list(load(document)) == []


@pytest.mark.parametrize(
    ("operation_id", "expected"),
    [
        # The example of api-management-api-import-restrictions.md.
        ("GET-/foo/{bar}?buzz={quix}", "get-foo-bar-buzz-quix"),
        ("ChatCompletions_Create", "chatcompletions-create"),
        ("--a--", "a"),
        ("x" * 100, "x" * 76),
    ],
)
def test_operation_ids_are_normalized(operation_id, expected):
    assert normalize_operation_id(operation_id) == expected


def test_operation_ids_are_made_unique(load):
    paths = {f"/{n}": {"get": {"operationId": f"Get{separator}It"}} for n, separator in enumerate("_-.")}

    assert [operation.id for operation in load({"openapi": "3.0.0", "paths": paths})] == [
        "get-it",
        "get-it-1",
        "get-it-2",
    ]


@pytest.mark.parametrize("missing", [{}, {"operationId": None, "summary": None}, {"operationId": "", "summary": ""}])
def test_missing_names_are_made_from_method_and_path(load, missing):
    operations = load({"openapi": "3.0.0", "paths": {"/foo": {"get": missing}}}, "api.json")

    assert list(operations) == [Operation("get-foo", "Get - /foo", "GET", "/foo")]


def test_a_long_summary_is_cut_at_300_characters(load):
    operations = load({"openapi": "3.0.0", "paths": {"/foo": {"get": {"summary": "s" * 301}}}})

    assert [operation.name for operation in operations] == ["s" * 300]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/users/me", ("/users/me", {})),
        ("/users/42", ("/users/{id}", {"id": "42"})),
        ("/users/me/keys", ("/users/{id}/keys", {"id": "me"})),
        ("/users/me/", ("/users/me", {})),
        ("/users/42/", ("/users/{id}", {"id": "42"})),
        ("/users/m%65", ("/users/me", {})),
        ("/users/a%2Fb%20c", ("/users/{id}", {"id": "a/b c"})),
        ("/users/Me", ("/users/{id}", {"id": "Me"})),
        ("/Users/me", None),
        ("/users", None),
        ("/users/", None),
        ("/users//keys", None),
        ("/users/42//", None),
        ("/users/42/other", None),
        ("/users/42/keys/1", None),
        ("users/me", None),
        ("", None),
        ("/", None),
    ],
)
def test_literal_segments_win_over_parameters(path, expected):
    assert matched(api("/users/{id}", "/users/me", "/users/{id}/keys"), path) == expected


def test_a_literal_wins_from_left_to_right():
    assert matched(api("/a/{x}/c", "/a/b/{y}"), "/a/b/c") == ("/a/b/{y}", {"y": "c"})


def test_a_literal_of_another_method_does_not_hide_a_parameter():
    operations = api("/users/{id}")
    operations.add(Operation("me", "me", "POST", "/users/me"))

    assert matched(operations, "/users/me") == ("/users/{id}", {"id": "me"})


@pytest.mark.parametrize("method", ["get", "Get", "HEAD", "OPTIONS", "POST"])
def test_methods_are_compared_exactly_and_none_is_implied(method):
    assert matched(api("/a"), "/a", method=method) is None


@pytest.mark.parametrize("path", ["", "/"])
def test_the_root_is_a_path(path):
    assert matched(api("/"), path) == ("/", {})


def test_a_template_may_end_in_a_slash():
    assert matched(api("/a/"), "/a") == ("/a/", {})


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/foo/b/c%20d", ("/foo/*", {"*": "b/c d"})),
        ("/foo/b", ("/foo/{b}", {"b": "b"})),
        # As in Azure/api-management-developer-portal, issue 2136.
        ("/foo/", ("/foo/*", {"*": ""})),
        ("/foo", None),
    ],
)
def test_a_wildcard_takes_the_rest_of_the_path(path, expected):
    assert matched(api("/foo/*", "/foo/{b}"), path) == expected


def test_a_wildcard_stands_last_only():
    assert matched(api("/*/a"), "/b/a") is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/files(7)", {"id": "7"}),
        ("/report.final.pdf", {"name": "report", "extension": "final.pdf"}),
        ("/files()", None),
        ("/report", None),
    ],
)
def test_a_segment_may_mix_text_and_parameters(path, expected):
    found = matched(api("/files({id})", "/{name}.{extension}"), path)

    assert (found and found[1]) == expected


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("/{a}{b}", "/xyz", ["x", "yz"]),
        ("/{a}{b}", "/x", None),
        ("/{a}-{b}", "/---", ["-", "-"]),
        ("/{a}-{b}", "/--", None),
        ("/{a}-{b}-", "/x-y-", ["x", "y"]),
        ("/{a}-{b}-", "/x-", None),
        ("/x{a}x", "/xxx", ["x"]),
        ("/x{a}x", "/xx", None),
        ("/x{a}x", "/yxx", None),
    ],
)
def test_parameters_of_one_segment_are_short_and_never_empty(template, path, values):
    found = matched(api(template), path)

    assert (found and list(found[1].values())) == values


def test_a_segment_that_does_not_fit_is_not_tried_in_all_ways(ends):
    assert ends(api("/{a}-{b}-{c}-{d}.json").match, "GET", "/" + "-" * 64_000, {})


def test_operations_of_one_path_are_told_apart_by_their_query():
    operations = api("/a/{x}", "/a/{y}?q={q}", "/a/{z}?q={q}&r={r}")

    assert matched(operations, "/a/1") == ("/a/{x}", {"x": "1"})
    assert matched(operations, "/a/1", {"q": ["2"]}) == ("/a/{y}?q={q}", {"y": "1", "q": "2"})
    assert matched(operations, "/a/1", {"q": ["2"], "r": ["3", "4"]}) == (
        "/a/{z}?q={q}&r={r}",
        {"z": "1", "q": "2", "r": "3,4"},
    )


@pytest.mark.parametrize(
    ("known", "added"),
    [("/a", "/a"), ("/a", "/a/"), ("/a/{x}", "/a/{y}"), ("/a?q={q}", "/a?q={r}"), ("/*", "/*")],
)
def test_a_template_that_exists_is_refused(known, added):
    with pytest.raises(ValueError, match="operation with the same method and URL template already exists: GET, /"):
        api(known, added)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("a", "a path starts with '/', this one is 'a'"),
        ("/{a", "the braces of '{a' do not pair"),
        ("/a}/b", "the braces of 'a}' do not pair"),
        ("/{a}/{A}", "parameter 'A' stands twice"),
        ("/{a}?a={a}", "parameter 'a' stands twice"),
    ],
)
def test_a_bad_template_is_refused(template, message):
    with pytest.raises(ValueError, match=message):
        api(template)


BROKEN_DOCUMENTS = [
    pytest.param('{\n  "openapi" "3.0.0"\n}', "a.json", (2, 13), "not JSON: ", id="json"),
    pytest.param("openapi: 3.0.0\npaths:\n  /a: [\n", "a.yaml", (4, 1), "not YAML: ", id="yaml"),
    pytest.param("a: 1\na: 2\n", "a.yaml", (2, 1), "not YAML: found duplicate key", id="duplicate key"),
    pytest.param("openapi: \x00", "a.yaml", (1, 1), "not YAML: ", id="not text"),
    pytest.param("", "a.yaml", (1, 1), "expected an OpenAPI document, found nothing", id="empty"),
    pytest.param("[]", "a.json", (1, 1), "expected an OpenAPI document, found a list", id="a list"),
    pytest.param("paths: {}", "a.yaml", (1, 1), "expected 'swagger: \"2.0\"' or 'openapi: 3.x'", id="no version"),
    pytest.param("a: 1\nswagger: 1.2\npaths: {}", "a.yaml", (2, 1), "expected 'swagger: \"2.0\"'", id="version"),
    pytest.param("\n\nopenapi: 3.0.0", "a.yaml", (3, 1), "expected 'paths'", id="no paths"),
    pytest.param("openapi: 3.0.0\npaths:", "a.yaml", (2, 1), "expected paths, found nothing", id="empty paths"),
    pytest.param(
        '{\n\t"openapi": "3.0.0",\n\t"paths": {\n\t\t"/a": 7\n\t}\n}',
        "a.json",
        (4, 3),
        "expected the methods of a path, found 7",
        id="indented by tabs",
    ),
]


@pytest.mark.parametrize(("text", "name", "place", "message"), BROKEN_DOCUMENTS)
def test_a_broken_document_says_where_and_what_was_expected(load, text, name, place, message):
    with pytest.raises(DocumentError) as error:
        load(text, name)

    [(found_line, found_column, found_message)] = mistakes(error)
    assert (found_line, found_column) == place
    assert found_message.startswith(message)


# The caret stands before the place that is to be reported.
BROKEN_PATHS = [
    pytest.param("a: {^get: {}}", "a path starts with '/', this one is 'a'", id="no slash"),
    pytest.param("/a: {^get: x}", "expected an operation, found text", id="operation"),
    pytest.param("^/a: 5", "expected the methods of a path, found 5", id="path"),
    pytest.param("/a: {get: {^summary: [1]}}", "expected text, found a list", id="summary"),
    pytest.param("/a: {put: {^parameters: 5}}", "expected a list of parameters, found 5", id="parameters"),
    pytest.param("/a: {^parameters: x, get: {}}", "expected a list of parameters, found text", id="shared"),
    pytest.param("/a: {get: {parameters: [^5]}}", "expected a parameter, found 5", id="parameter"),
    pytest.param("/a: {get: {parameters: [^{in: query}]}}", "expected a parameter with 'name' and 'in'", id="no name"),
    pytest.param(
        "/a: {get: {parameters: [{^$ref: 'other.yaml#/b'}]}}",
        "'other.yaml#/b' is not in this document: APIM follows local references only, expected '#/...'",
        id="other document",
    ),
    pytest.param("/a: {^$ref: '#/x/0/y'}", "'#/x/0/y' refers to nothing", id="nothing there"),
    pytest.param("/a: {^$ref: '#/openapi/y'}", "'#/openapi/y' refers to nothing", id="into text"),
    pytest.param("/a: {^$ref: '#a'}", "'#a' refers to nothing", id="not a pointer"),
    pytest.param("/a: {^$ref: '#/paths/~1a'}", "'#/paths/~1a' refers to itself", id="circle"),
    pytest.param(
        "/a/{b}: {^get: {}}",
        "path parameter 'b' is not described, expected one with 'in: path'",
        id="not described",
    ),
    pytest.param(
        "/a: {get: {parameters: [^{in: path, name: b}]}}",
        "path parameter 'b' is not part of the path",
        id="not in path",
    ),
    pytest.param(
        "/a: {get: {}}\n  /a/: {^get: {}}",
        "operation with the same method and URL template already exists: GET, /a/",
        id="twice",
    ),
]


@pytest.mark.parametrize(("paths", "message"), BROKEN_PATHS)
def test_a_broken_path_says_where_and_what_was_expected(load, paths, message):
    text = f"openapi: 3.0.0\npaths:\n  {paths}\n"
    before = text.partition("^")[0]
    with pytest.raises(DocumentError) as error:
        load(text.replace("^", ""))

    assert mistakes(error) == [(before.count("\n") + 1, len(before) - before.rfind("\n"), message)]


def test_every_mistake_is_reported_once_and_in_order(load, tmp_path):
    text = """\
        openapi: 3.0.0
        paths:
          /a/{b}:
            parameters: [{$ref: "#/components/parameters/Broken"}]
            get: {}
            put: {}
          /a: {get: 5}
        components:
          parameters:
            Broken: {name: b}
        """
    with pytest.raises(DocumentError) as error:
        load(dedent(text))

    assert [line for line, _, _ in mistakes(error)] == [5, 6, 7, 10]
    assert str(error.value).splitlines()[2] == f"{tmp_path / 'api.yaml'}:7:8: expected an operation, found 5"


def test_a_json_mistake_has_a_place_where_yaml_cannot_read_the_text(load):
    with pytest.raises(DocumentError) as error:
        load({"openapi": "3.0.0", "k" * 2000: 1}, "api.json")

    assert mistakes(error) == [(1, 1, "expected 'paths'")]


def test_a_file_that_is_not_there_cannot_be_read(tmp_path):
    with pytest.raises(DocumentError, match=r"api\.json:1:1: cannot read the file: No such file or directory"):
        load_operations(tmp_path / "api.json")


def test_a_file_that_is_not_utf_8_says_where(tmp_path):
    path = tmp_path / "api.yaml"
    path.write_bytes(b"openapi: 3.0.0\ninfo: caf\xe9\n")

    with pytest.raises(DocumentError, match=r"api\.yaml:2:10: expected UTF-8 text"):
        load_operations(path)


def spec(version: str) -> Path:
    path = SPECS / f"azure-{version}.inference.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path


@pytest.mark.parametrize(
    ("version", "ids"),
    [
        (
            "2023-08-01-preview",
            [
                "completions-create",
                "embeddings-create",
                "chatcompletions-create",
                "extensionschatcompletions-create",
            ],
        ),
        (
            "2024-10-21",
            [
                "completions-create",
                "embeddings-create",
                "chatcompletions-create",
                "transcriptions-create",
                "translations-create",
                "imagegenerations-create",
            ],
        ),
    ],
)
def test_the_azure_openai_documents_are_imported(version, ids):
    assert [operation.id for operation in load_operations(spec(version))] == ids


def test_a_chat_completion_of_azure_openai_is_found():
    operations = load_operations(spec("2024-10-21"))
    match = operations.match("POST", "/deployments/gpt-4o/chat/completions", {"api-version": ["2024-10-21"]})

    template = "/deployments/{deployment-id}/chat/completions?api-version={api-version}"
    assert match == Match(
        Operation("chatcompletions-create", "Creates a completion for the chat message", "POST", template),
        {"deployment-id": "gpt-4o", "api-version": "2024-10-21"},
    )


def test_the_largest_document_loads_in_less_than_a_second():
    started = perf_counter()
    load_operations(spec("2024-10-21"))

    assert perf_counter() - started < 1

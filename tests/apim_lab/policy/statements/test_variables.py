"""set-variable, cache-lookup-value and cache-store-value."""

from datetime import timedelta

import pytest

LOOKUP = '<cache-lookup-value key="k" variable-name="v" {} />'
STORE = '<cache-store-value key="k" value="{}" duration="100" />'


def inbound(*statements: str) -> str:
    return f"<inbound>{''.join(statements)}</inbound>"


@pytest.mark.parametrize(
    ("written", "value"),
    [("0", "0"), ("true", "true"), ("", ""), ("@(0)", 0), ("@(1 == 1)", True), ('@("0")', "0"), ("@(1.5)", 1.5)],
)
async def test_a_value_written_out_is_a_string_and_a_computed_one_keeps_its_type(gateway, written, value):
    context = await gateway.run(inbound(f'<set-variable name="v" value="{written}" />'))

    assert context.variables["v"] == value
    assert type(context.variables["v"]) is type(value)


async def test_a_literal_string_does_not_cast_to_int(gateway):
    """openai-apim-lb#13 and #25: a 500 on the real service."""
    context = await gateway.run(
        inbound(
            '<set-variable name="v" value="1" />', '<set-variable name="w" value="@((int)context.Variables["v"])" />'
        )
    )

    assert context.response.status_code == 500
    assert "Specified cast is not valid." in context.last_error.message
    assert context.last_error.path == "set-variable[2]"


async def test_on_a_miss_the_variable_stays_unset(gateway):
    context = await gateway.run(inbound(LOOKUP.format("")))

    assert "v" not in context.variables


async def test_on_a_miss_the_default_value_is_taken(gateway):
    context = await gateway.run(inbound(LOOKUP.format('default-value="@(7)"')))

    assert context.variables["v"] == 7


async def test_a_stored_value_is_found_by_the_next_request_with_its_type(gateway):
    await gateway.run(inbound(STORE.format("@(7)")))
    context = await gateway.run(inbound(LOOKUP.format("")))

    assert context.variables["v"] == 7


async def test_a_stored_value_lasts_for_its_duration(gateway, clock):
    await gateway.run(inbound(STORE.format("7")))
    clock.tick(timedelta(seconds=99.9))
    before = await gateway.run(inbound(LOOKUP.format("")))
    clock.tick(timedelta(seconds=0.1))
    after = await gateway.run(inbound(LOOKUP.format("")))

    assert before.variables["v"] == "7"
    assert "v" not in after.variables

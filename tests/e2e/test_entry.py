"""Who gets in, and where to: listeners, a start with clients at the door, foreign pages, and the gateway as a proxy."""

import pytest


@pytest.mark.parametrize("program", ["mitmdump", "mitmweb"])
@pytest.mark.parametrize(("given", "listens"), [((), "at 127.0.0.1:"), (("--listen-host", "0.0.0.0"), "at 0.0.0.0:")])
def test_only_this_machine_reaches_the_gateway_unless_the_operator_says_otherwise(
    lab, free_port, program, given, listens
):
    web = ("--set", f"web_port={free_port}", "--set", "web_open_browser=false") if program == "mitmweb" else ()
    gateway = lab.start(arguments=(*given, *web), program=program)

    assert listens in gateway.wait_for("listening at").replace("*", "0.0.0.0")

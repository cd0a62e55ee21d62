"""The programs that are measured: which are there, and that each is started once."""

from contextlib import ExitStack

from bench import programs, rivals
from bench.processes import Process
from bench.programs import DIRECT, LITELLM, Programs

UPSTREAM = Process(1, [5001, 5002, 5003])


def test_a_program_that_is_not_installed_is_left_out_and_told_of(monkeypatch, capsys):
    monkeypatch.setattr(programs, "INSTALLED", {LITELLM: lambda: False})

    with ExitStack() as stack:
        assert list(Programs(stack, UPSTREAM).get(DIRECT, LITELLM)) == [DIRECT]
    programs.tell_missing()
    assert capsys.readouterr().out == "LiteLLM is not installed, so it is not measured: make bench-rivals\n"


def test_a_program_is_started_once():
    with ExitStack() as stack:
        started = Programs(stack, UPSTREAM)

        assert started.get(DIRECT)[DIRECT] is started.get(DIRECT)[DIRECT]


def test_litellm_shares_each_deployment_among_the_backends():
    models = rivals.litellm_config(UPSTREAM)["model_list"]

    bases = [model["litellm_params"]["api_base"] for model in models if model["model_name"] == "plain"]
    assert bases == [f"http://127.0.0.1:{port}" for port in UPSTREAM.ports]

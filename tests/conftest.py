"""Fixtures that several rooms share."""

import multiprocessing
import os
from collections.abc import Callable

import pytest
from hypothesis import settings

# `pytest --hypothesis-profile=thorough`: many more examples than the suite has time for
settings.register_profile("thorough", max_examples=20_000, deadline=None)

pytest.register_assert_rewrite("tests.oracle")  # so that a row that fails shows both answers

# Programs that tests start keep their bytecode: otherwise each gateway compiles a few hundred modules as it starts
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

pytest_plugins = ["tests.apim_lab.expression_fixtures"]


@pytest.fixture
def ends() -> Callable[..., bool]:
    """`ends(function, *arguments)`: whether a call returns within a minute, in a process that is killed otherwise."""

    def ends(function: Callable[..., object], *arguments: object) -> bool:
        process = multiprocessing.get_context("spawn").Process(target=function, args=arguments)
        process.start()
        process.join(timeout=60)
        process.kill()
        process.join()
        return process.exitcode == 0

    return ends

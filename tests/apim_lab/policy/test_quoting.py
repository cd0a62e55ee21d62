"""What may be told of an error."""

import pytest

from apim_lab.policy.quoting import withholding


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("The given key was not present.", "The given key was not present."),
        ("no backend 'east'", "no backend 'east'"),
        ("no backend 'sk-0123'", "no backend (7 characters)"),
        ("'a\nb' is no \"east\"", "(16 characters)"),
        ("no backend 'o'clock'", "no backend (7 characters)"),
        ("it's wrong", "it's wrong"),
    ],
)
def test_what_an_error_quotes_is_withheld_unless_the_policy_says_it(message, told):
    assert withholding(message, {"east"}) == told

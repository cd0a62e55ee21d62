import pytest

from apim_lab.syntax.interpolations import plain


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('$"{{{x}}}"', '$"__{x}__"'),
        ('$@"{{""{x}"""', '$@"__""{x}"""'),
        ('$"{x:00}}}"', '$"{x:00}__"'),
        ('$"{f("{{")}"', '$"{f("{{")}"'),
        ('$"{$"{{{x}}}"}"', '$"{$"__{x}__"}"'),
        ("$\"{new { a = '}' }}}}\"", "$\"{new { a = '}' }}__\""),
        ('$"" + "$\\"{{"', ' "" + "$\\"{{"'),
        ('/* $"{{" */ // $"{{"', '/* $"{{" */ // $"{{"'),
        ('"{{" + @"{{"', '"{{" + @"{{"'),
    ],
)
def test_doubled_braces_of_interpolated_strings_are_masked(source, expected):
    assert plain(source) == expected


@pytest.mark.parametrize("source", ['$"{{', '$"{x', '$"{x:', "'{{", '"{{', "/* {{", "}})", '$"\\'])
def test_what_does_not_end_keeps_its_length(source):
    assert len(plain(source)) == len(source)

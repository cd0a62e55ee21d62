import pytest


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ('@{ string s = null; s ??= "x"; return s; }', "C# 8"),
        ('@("abc"[1..2])', "C# 8"),
        ("@(1 switch { 1 => 2, _ => 3 })", "C# 8"),
        ("@{ List<int> l = new(); return l; }", "C# 9"),
        ("@{ int[] a = [1, 2]; return a; }", "C# 12"),
        ('@("""raw""")', "C# 11"),
    ],
)
def test_newer_syntax_is_named_with_its_version(mistakes, source, version):
    [(_, message)] = mistakes(source)

    assert f"{version}; API Management has C# 7" in message

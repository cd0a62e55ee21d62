import pytest

FOUND = (
    'Expected a "{{" but found a "{}". Block statements must be enclosed in "{{" and "}}". You cannot use '
    "single-statement control-flow statements in CSHTML pages."
)


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("if (true) return 1;", "return"),
        ("if (true) { return 1; } else return 2;", "return"),
        ("if (true) { return 1; } else if (false) return 2;", "return"),
        ("if (true) ; return 1;", ";"),
        ('if (true) "a".ToString(); return 1;', '"a"'),
        ("for (int i = 0; i < 3; i++) i++; return 1;", "i"),
        ('foreach (var c in "ab") c.ToString(); return 1;', "c"),
        ("while (false) { } while (false) ; return 1;", ";"),
        ("int i = 0; do i++; while (i < 3); return 1;", "i"),
        ("foreach (var c in new[] { 1 }) if (c > 1) { return 2; } return 1;", "if"),
        ("{ { if (true) return 1; } } return 2;", "return"),
        ("switch (1) { case 1: if (true) return 1; break; } return 2;", "return"),
        ("try { if (true) return 1; } catch { } return 2;", "return"),
        ("try { } catch (Exception) { if (true) return 1; } return 2;", "return"),
        ("try { } finally { if (true) ; } return 2;", ";"),
        ("Func<int> f = () => 1; if (true) return f(); return 2;", "return"),
    ],
)
def test_each_body_must_have_braces(mistakes, block, found):
    source = f"@{{ {block} }}"
    places = [offset for offset, message in mistakes(source) if message == FOUND.format(found)]

    assert len(places) == 1
    assert source[places[0] :].startswith(found)


def test_each_body_without_braces_is_told(mistakes):
    source = "@{ if (true) while (true) return 1; else return 2; }"

    assert [source[offset:].split(maxsplit=1)[0] for offset, _ in mistakes(source)] == ["while", "return", "return"]


@pytest.mark.parametrize(
    "block",
    [
        "if (true) { return 1; } else if (false) { return 2; } else { return 3; }",
        "int i = 0; do { i++; } while (i < 3); return i;",
        "for (;;) { foreach (var c in new[] { 1 }) { while (true) { return c; } } }",
        "switch (1) { case 1: return 1; default: { return 2; } }",
        "try { return 1; } catch (Exception) when (true) { return 2; } finally { }",
        "Func<int, int> f = x => { if (x > 0) return 1; return 2; }; return f(1);",
        "if (new[] { 1 }.Any(x => { if (x > 0) return true; return false; })) { return 1; } return 2;",
    ],
)
def test_blocks_that_razor_reads(evaluate, block):
    assert evaluate(f"@{{ {block} }}") in {1, 3}

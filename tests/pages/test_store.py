"""Facts are read from the file as they were written, whatever they state; a damaged file is named."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolchain.document import SPECS, SpecError, spec_files
from toolchain.pages.facts import Fact, PageFacts, Unread, is_same_value
from toolchain.pages.prove.store import facts_file, keep, kept_pages

YAML_SYNTAX = "yes No ~ null 1e3 0x1f 0o17 190:20:30 .inf -.NaN 2024-07-11 << = # &a *a @ ` % [ ] { } , | > ' \" \\"
HOSTILE = (
    *YAML_SYNTAX.split(),
    *("!!python/object:os.system x", "!!binary aGk=", "- x", "x #y", "a: b", ": ", "? ", "''", '"\\x41"', "---", "..."),
    *("--- x", "\t", " ", "  x  ", "", "a\nb", "a\n\n b\n", "\n", "a\r\nb", "\r", "\x85", "\u2028x\u2029", "\ufeff"),
    *("\x00", "\x1b[31m", "\x7f", "\u202e", "查询凭据列表", "e\u0301", "\U0001f511", "\ud800", "\uffff"),
    *("x" * 300, "word " * 3000, "key: 'it''s' \"so\" # no"),
)
texts = st.sampled_from(HOSTILE) | st.text(max_size=30) | st.text(st.characters(), max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
numbers = st.integers(1, 99_999)
facts = st.builds(
    Fact,
    texts.filter(bool),
    st.tuples(numbers, numbers),
    st.dictionaries(texts.filter(lambda name: name not in {"place", "lines"}), values, max_size=4),
)
pages = st.builds(
    PageFacts,
    st.lists(facts, max_size=4).map(tuple),
    st.lists(st.builds(Unread, st.tuples(numbers, numbers), texts), max_size=2).map(tuple),
    numbers,
    numbers,
    texts,
)
TYPES: tuple[Any, ...] = (1, 1.0, True, 0, False, None, [], {}, 10**30, 1e300, -0.0, [[]], {"a": {}})
EVERYTHING = PageFacts(
    (
        *(Fact(text or " ", (1, 2), {text: [text, {text: text}]}) for text in (*HOSTILE, "?\xb0")),
        *(Fact(f"place {at}", (1, 1), {"default": value}) for at, value in enumerate(TYPES)),
    ),
    *((), 0, 0, "yes"),
)


@settings(max_examples=25, deadline=None)
@given(page=pages, operation=texts, captured=texts)
@example(page=EVERYTHING, operation="no", captured="2024-07-11")
def test_kept_facts_are_read_again_one_line_each(page: PageFacts, operation: str, captured: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        specs = Path(folder)
        keep(specs, "made", operation, page, captured)
        ((name, kept),) = kept_pages(specs, "made").items()
        found = kept.page()
        assert (name, kept.captured, found) == (operation, captured, page)
        for one, other in zip(found.facts, page.facts, strict=True):
            assert is_same_value(one.aspects, other.aspects)
            assert list(one.aspects) == list(other.aspects)
        written = facts_file(specs, "made").read_bytes()
        keep(specs, "made", operation, found, captured)
        assert facts_file(specs, "made").read_bytes() == written
        lines = written.decode().splitlines()
        assert sum(line.startswith("    - {place: ") for line in lines) == len(page.facts)
        # Two lines of banner; the operation; its six keys.
        assert len(lines) == 2 + 1 + 6 + len(page.facts) + len(page.unread)


@pytest.mark.parametrize("spec", [file.stem for file in spec_files(SPECS)])
def test_the_committed_facts_are_as_keep_writes_them(tmp_path: Path, spec: str) -> None:
    for operation, kept in kept_pages(SPECS, spec).items():
        keep(tmp_path, spec, operation, kept.page(), kept.captured)
        places = [fact.place for fact in kept.page().facts]
        assert len(places) == len(set(places)) > 0
    assert facts_file(tmp_path, spec).read_bytes() == facts_file(SPECS, spec).read_bytes()


def test_the_pages_of_other_operations_stay(tmp_path: Path) -> None:
    page = PageFacts((Fact("query limit", (3, 4), {"type": "integer"}), Fact("200", (9, 9), {})), (), 5, 4, "hash")
    other = PageFacts((Fact("body", (1, 1), {"default": "yes"}),), (Unread((2, 3), "why"),), 1, 0, "other")
    assert kept_pages(tmp_path, "made") == {}
    keep(tmp_path, "made", "Second", page, "2024-07-11")
    alone = facts_file(tmp_path, "made").read_text(encoding="utf-8")
    for first in (other, page):
        keep(tmp_path, "made", "First", first, "2024-07-12")
        found = {name: kept.page() for name, kept in kept_pages(tmp_path, "made").items()}
        assert found == {"First": first, "Second": page}
        assert facts_file(tmp_path, "made").read_text(encoding="utf-8").endswith(alone.partition("Second:")[2])


GOOD = """\
Operation:
  captured: '2024-07-11'
  sha256: hash
  stated_lines: 1
  understood_lines: 1
  facts:
    - {place: query limit, lines: 3-4, type: integer}
  unread: []
"""
LINES = GOOD.splitlines(keepends=True)
FACTS: tuple[Any, ...] = (
    *("{}", "[]", "text", "{place: x}", "{lines: '3'}", "{place: x, lines: 3}", "{place: x, lines: x}", "~"),
    *("{place: x, lines: 1-2-3}", "{place: x, lines: 1-}", "{place: x, lines: '-1'}", "{place: x, lines: ''}"),
    *("{place: 200, lines: '3'}", "{place: [x], lines: '3'}", "{place: '', lines: '3'}", "{place: ~, lines: '3'}"),
    *("{place: x, lines: '٣'}", "{place: x, lines: '3', 1: x}", "{place: x, lines: '3', [a]: x}"),
    *("{place: x, lines: '3', default: 2024-99-99}", "{place: x, lines: '3', default: !!python/name:os.system }"),
    *("{place: x, lines: '3', a: 1, a: 2}", "{place: x, lines: '3', a: *b}", f"{{place: x, lines: '{'9' * 5000}'}}"),
)
DAMAGED = (
    *("".join([*LINES[:at], *LINES[at + 1 :]]) for at in range(5)),
    "".join([*LINES[:5], *LINES[7:]]),
    *(GOOD.replace(LINES[6].strip("- \n"), fact) for fact in FACTS),
    *("", "null", "[]", "text", "Operation:", "Operation: []", "1: {}", "? [a]\n: b", "{", "a: b: c", "\x00"),
    *("[" * 1500, "a: &a [*a]", "%YAML 9.9\n---\n{}", "--- {}\n--- {}\n", GOOD * 2),
    *(GOOD.replace("1\n", "one\n"), "!!set {a}", "!!str {}"),
)


@pytest.mark.parametrize("content", [*(one.encode() for one in DAMAGED), b"\xff\xfe\x00", b"a: \xc3\x28"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    file = facts_file(tmp_path, "made")
    file.parent.mkdir()
    file.write_text(GOOD, encoding="utf-8")
    assert kept_pages(tmp_path, "made")["Operation"].page().facts[0].lines == (3, 4)
    file.write_bytes(content)
    with pytest.raises(SpecError, match=r"pages/made\.yaml"):
        kept_pages(tmp_path, "made")

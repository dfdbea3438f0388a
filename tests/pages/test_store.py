"""Facts come back from the file as they were kept, whatever they say; a file that was damaged is named."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolchain.document import SPECS, SpecError, spec_files
from toolchain.pages.facts import Fact, PageFacts, Unread, same
from toolchain.pages.prove.store import facts_file, keep, kept_pages

HOSTILE = (
    *("yes", "No", "~", "null", "1e3", "0x1f", "0o17", "1_000", "190:20:30", ".inf", "-.NaN", "2024-07-11", "<<", "="),
    *(
        "!!python/object:os.system x",
        "!!binary aGk=",
        "- x",
        "#",
        "x #y",
        "a: b",
        ": ",
        "? ",
        "&a",
        "*a",
        "@",
        "`",
        "%",
    ),
    *(
        "[",
        "]",
        "{",
        "}",
        ",",
        "|",
        ">",
        "'",
        '"',
        "\\",
        "''",
        '"\\x41"',
        "---",
        "...",
        "--- x",
        "\t",
        " ",
        "  x  ",
        "",
    ),
    *(
        "a\nb",
        "a\n\n b\n",
        "\n",
        "a\r\nb",
        "\r",
        "\x85",
        "\u2028x\u2029",
        "\ufeff",
        "\x00",
        "\x1b[31m",
        "\x7f",
        "\u202e",
    ),
    *("查询凭据列表", "e\u0301", "\U0001f511", "\ud800", "\uffff", "x" * 300, "word " * 60, "key: 'it''s' \"so\" # no"),
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
PAGE = PageFacts((Fact("query limit", (3, 4), {"type": "integer"}), Fact("200", (9, 9), {})), (), 5, 4, "hash")


def every_hostile_text() -> PageFacts:
    return PageFacts(
        tuple(Fact(text or " ", (1, 2), {text: [text, {text: text}]}) for text in HOSTILE), (), 0, 0, "yes"
    )


@settings(max_examples=150, deadline=None)
@given(page=pages, operation=texts, captured=texts)
@example(page=every_hostile_text(), operation="no", captured="2024-07-11")
@example(page=PageFacts((Fact("p", (1, 1), {"?\xb0": 1}),), (), 0, 0, ""), operation="o", captured="c")
def test_what_is_kept_comes_back(page: PageFacts, operation: str, captured: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        specs = Path(folder)
        keep(specs, "made", operation, page, captured)
        kept = kept_pages(specs, "made")
        assert list(kept) == [operation]
        assert kept[operation].captured == captured
        assert_same(kept[operation].page(), page)
        written = facts_file(specs, "made").read_bytes()
        keep(specs, "made", operation, kept[operation].page(), captured)
        assert facts_file(specs, "made").read_bytes() == written
        assert_one_line_each(written.decode(), page)


def assert_same(found: PageFacts, expected: PageFacts) -> None:
    assert found == expected
    for one, other in zip(found.facts, expected.facts, strict=True):
        assert same(one.aspects, other.aspects)
        assert list(one.aspects) == list(other.aspects)


def assert_one_line_each(written: str, page: PageFacts) -> None:
    lines = written.splitlines()
    assert sum(line.startswith("    - {place: ") for line in lines) == len(page.facts)
    # Two lines of banner; the operation; its six keys.
    assert len(lines) == 2 + 1 + 6 + len(page.facts) + len(page.unread)


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 5000, "word " * 3000])
def test_a_text_stays_a_text_on_one_line(tmp_path: Path, text: str) -> None:
    page = PageFacts((Fact("a place", (1, 2), {"default": text, text: 1, "enum": [text]}),), (), 1, 1, text)
    keep(tmp_path, "made", "Operation", page, text)
    assert_same(kept_pages(tmp_path, "made")["Operation"].page(), page)
    assert_one_line_each(facts_file(tmp_path, "made").read_text(encoding="utf-8"), page)


@pytest.mark.parametrize("value", [1, 1.0, True, 0, False, None, [], {}, 10**30, 1e300, -0.0, [[]], {"a": {}}])
def test_a_value_keeps_its_type(tmp_path: Path, value: Any) -> None:
    page = PageFacts((Fact("a place", (1, 1), {"default": value}),), (), 1, 1, "hash")
    keep(tmp_path, "made", "Operation", page, "2024-07-11")
    assert same(kept_pages(tmp_path, "made")["Operation"].page().facts[0].aspects["default"], value)


@pytest.mark.parametrize("spec", [file.stem for file in spec_files(SPECS)])
def test_the_committed_facts_are_as_keep_writes_them(tmp_path: Path, spec: str) -> None:
    for operation, kept in kept_pages(SPECS, spec).items():
        keep(tmp_path, spec, operation, kept.page(), kept.captured)
        places = [fact.place for fact in kept.page().facts]
        assert len(places) == len(set(places)) > 0
    assert facts_file(tmp_path, spec).read_bytes() == facts_file(SPECS, spec).read_bytes()


def test_other_operations_stay(tmp_path: Path) -> None:
    other = PageFacts((Fact("body", (1, 1), {"default": "yes"}),), (Unread((2, 3), "why"),), 1, 0, "other")
    keep(tmp_path, "made", "Second", PAGE, "2024-07-11")
    alone = facts_file(tmp_path, "made").read_text(encoding="utf-8")
    keep(tmp_path, "made", "First", other, "2024-07-12")
    kept = kept_pages(tmp_path, "made")
    assert {name: page.page() for name, page in kept.items()} == {"First": other, "Second": PAGE}
    assert facts_file(tmp_path, "made").read_text(encoding="utf-8").endswith(alone.partition("Second:")[2])
    keep(tmp_path, "made", "First", PAGE, "2024-07-13")
    assert {name: page.page() for name, page in kept_pages(tmp_path, "made").items()} == {"First": PAGE, "Second": PAGE}


def damaged(folder: Path, content: bytes) -> SpecError:
    file = facts_file(folder, "made")
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    with pytest.raises(SpecError, match=r"pages/made\.yaml") as caught:
        kept_pages(folder, "made")
    return caught.value


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


def test_the_good_file_is_good(tmp_path: Path) -> None:
    facts_file(tmp_path, "made").parent.mkdir()
    facts_file(tmp_path, "made").write_text(GOOD, encoding="utf-8")
    assert kept_pages(tmp_path, "made")["Operation"].page().facts[0].lines == (3, 4)


@pytest.mark.parametrize("index", range(6))
def test_a_file_without_one_of_its_keys_is_named(tmp_path: Path, index: int) -> None:
    rest = LINES[7:] if LINES[index].strip() == "facts:" else LINES[index + 1 :]
    damaged(tmp_path, "".join([*LINES[:index], *rest]).encode())


@pytest.mark.parametrize(
    "fact",
    [
        *("{}", "[]", "text", "{place: x}", "{lines: '3'}", "{place: x, lines: 3}", "{place: x, lines: x}", "~"),
        *("{place: x, lines: 1-2-3}", "{place: x, lines: 1-}", "{place: x, lines: '-1'}", "{place: x, lines: ''}"),
        *("{place: 200, lines: '3'}", "{place: [x], lines: '3'}", "{place: '', lines: '3'}", "{place: ~, lines: '3'}"),
        *("{place: x, lines: '٣'}", "{place: x, lines: '3', 1: x}", "{place: x, lines: '3', [a]: x}"),
        *("{place: x, lines: '3', default: 2024-99-99}", "{place: x, lines: '3', default: !!python/name:os.system }"),
        *(
            "{place: x, lines: '3', a: 1, a: 2}",
            "{place: x, lines: '3', a: *b}",
            f"{{place: x, lines: '{'9' * 5000}'}}",
        ),
    ],
)
def test_a_fact_of_another_shape_is_named(tmp_path: Path, fact: str) -> None:
    damaged(tmp_path, GOOD.replace(LINES[6].strip("- \n"), fact).encode())


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"null", b"[]", b"text", b"Operation:", b"Operation: []", b"1: {}", b"? [a]\n: b", b"{", b"a: b: c"),
        *(b"\xff\xfe\x00", b"\x00", b"a: \xc3\x28", b"[" * 3000, b"- " * 3000, b"a: &a [*a]", b"%YAML 9.9\n---\n{}"),
        *(b"--- {}\n--- {}\n", GOOD.encode() * 2, GOOD.replace("1\n", "one\n").encode(), b"!!set {a}", b"!!str {}"),
    ],
)
def test_a_file_of_another_shape_is_named(tmp_path: Path, content: bytes) -> None:
    damaged(tmp_path, content)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=200), at=st.integers(0, len(GOOD)), length=st.integers(0, 40))
def test_random_bytes_give_facts_or_the_error_that_names_the_file(content: bytes, at: int, length: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = facts_file(Path(folder), "made")
        file.parent.mkdir()
        for damage in (content, GOOD[:at].encode() + content + GOOD[at + length :].encode()):
            file.write_bytes(damage)
            try:
                pages = kept_pages(Path(folder), "made")
            except SpecError as error:
                assert [problem.file for problem in error.problems] == [file]  # noqa: PT017 - it may be valid
            else:
                assert all(isinstance(fact, Fact) for page in pages.values() for fact in page.page().facts)


def test_of_a_missing_file_nothing_is_kept(tmp_path: Path) -> None:
    assert kept_pages(tmp_path, "made") == {}

"""Any bytes end in facts or a PageError, with work that grows with their number; the facts are printable."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from itertools import cycle
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.hostile import HEAD, HTML, ROW, TEXTS
from pages.writer import LAYOUTS
from toolchain.pages.facts import PageError, PageFacts
from toolchain.pages.read.page import read_page
from toolchain.pages.read.text import LARGEST_PAGE

WRITTEN: Final = [layout.by_hand("en" if layout.page.is_flat else "zh") for layout in LAYOUTS.values()]


def read(content: bytes) -> PageFacts | None:
    try:
        return read_page(content)
    except PageError:
        return None


def texts_of(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in parts for text in texts_of(part)]


def check_facts(page: PageFacts | None, content: bytes) -> None:
    """Check that facts have lines of the page, and no characters that act on a terminal."""
    if page is None:
        return
    count = content.count(b"\n") + content.count(b"\r") + 1
    assert page.understood_lines <= page.stated_lines
    assert len(page.by_place()) == len(page.facts)
    spans = [*(fact.lines for fact in page.facts), *(unread.lines for unread in page.unread)]
    assert all(1 <= first <= last <= count for first, last in spans)
    assert all(text.isprintable() for text in (*page.by_place(), *(unread.why for unread in page.unread)))
    # Descriptions and examples can have several lines.
    shown = texts_of([fact.aspects for fact in page.facts])
    assert all(text.replace("\n", "").isprintable() for text in shown)


@st.composite
def damaged_pages(draw: st.DrawFn) -> bytes:
    """Draw pages of which parts are missing, doubled, reversed, or other bytes."""
    content = draw(st.sampled_from(WRITTEN)).encode()
    for _ in range(draw(st.integers(1, 6))):
        first = draw(st.integers(0, len(content)))
        part = content[first : first + draw(st.sampled_from((0, 1, 10, 300)))]
        new = st.sampled_from((b"", part * 2, part[::-1], b"\x1b[2J", b"|", b"\n", b"{", b"<td>", b"\xff", b"- "))
        content = content[:first] + draw(new) + content[first + len(part) :]
    return content


ANY_TEXT: Final = st.builds(
    lambda head, text: (head + text).encode("utf-8", "surrogatepass"),
    st.sampled_from(["", HEAD, HEAD + ROW, "<html><table>", "# Lamps\n"]),
    st.text(max_size=500),
)


@given(content=damaged_pages() | ANY_TEXT | st.binary(max_size=2_000))
@settings(database=None, deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
def test_any_bytes_are_facts_or_an_error(content: bytes) -> None:
    check_facts(read(content), content)


def calls(content: bytes) -> int:
    profile = cProfile.Profile()
    check_facts(profile.runcall(read, content), content)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in {**TEXTS, **HTML}.items()])
def test_the_work_grows_with_the_size(make: Callable[[int], str]) -> None:
    little, much = make(1_500).encode(), make(6_000).encode()
    assert calls(much) < 7 * calls(little) + 8_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "this isn't the page of an operation"),
        (b"Lamps\n" * 100, "this isn't the page of an operation"),
        (b"x" * (LARGEST_PAGE + 1), "more than 2,000,000 bytes"),
        (HEAD.encode() + b"\0", "null bytes"),
        ((HEAD + ROW).encode("utf-16"), "null bytes"),
        (b"<html>" + b"<div>" * 5_000, "nested too deeply"),
        (b"<!doctype html>", "no elements"),
        (b"<html><p " + b"".join(b"a%d " % number for number in range(6_000)) + b">", "attributes"),
    ],
)
def test_what_is_no_page_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(PageError, match=message):
        read_page(content)


UNSEEN: Final = ("\x1b[31m", "\u202e", "\u200b", "\x07", "\x9b", "\ufeff", "\ue000", "\u2028", "\x7f", "\U000e0041")


def test_no_fact_has_unprintable_characters() -> None:
    words = cycle(("limit", "Lamp", "red", "List", "Status", "灯", "Parameter"))
    for written, word, unseen in zip(WRITTEN * 2, words, cycle(UNSEEN), strict=False):
        content = written.replace(word, word[0] + unseen + word[1:]).encode()
        check_facts(read(content), content)


@pytest.mark.parametrize("unseen", UNSEEN)
def test_no_example_has_unprintable_characters(unseen: str) -> None:
    escaped = "".join(f"\\u{ord(one):04x}" for one in unseen if ord(one) < 0x10000) + "\\ud800\\u0000"
    example = f'{{"a{escaped}": ["b{escaped}", {{"c": "d\\ne"}}]}}'
    page = read_page(f"{HEAD}{ROW}Example Responses\n{example}\n".encode())
    check_facts(page, b"\n" * 20)
    ((name, inner),) = page.by_place()["example 200"].aspects["example"].items()
    assert name.replace(" ", "") == "a" + "".join(one for one in unseen if one.isprintable())
    assert inner[1] == {"c": "d\ne"}


def test_a_wrong_encoding_costs_only_its_words() -> None:
    content = f"{HEAD}{ROW}".replace("How many.", "Wie groß: Lämpchen").encode("latin-1")
    assert set(read_page(content).by_place()) == {"title", "operation", "query limit"}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "[" * 460 + "]" * 460])
def test_a_value_that_cannot_be_kept_is_reported(value: str) -> None:
    page = read_page(f'{HEAD}{ROW}Example Responses\n{{"a": {value}}}\n'.encode())
    assert "example 200" not in page.by_place()
    assert [unread.lines for unread in page.unread] == [(14, 14)]


@pytest.mark.parametrize(("length", "reported"), [(19_900, []), (20_100, [(12, 12)])])
def test_the_end_of_a_line_that_is_too_long_is_reported(length: int, reported: list[tuple[int, int]]) -> None:
    page = read_page(f"{HEAD}limit\nNo\nInteger\n{'How many. ' * (length // 10)}Default value: 5\n".encode())
    assert [unread.lines for unread in page.unread] == reported
    assert ("default" in page.by_place()["query limit"].aspects) == (not reported)


@pytest.mark.parametrize("digits", [19, 20, 5_000])
def test_an_example_of_many_digits_is_a_text(digits: int) -> None:
    table = f"| Parameter | Type | Description | Example |\n| limit | Integer | How many. | {'9' * digits} |\n"
    aspects = read_page(f"Lamps\nURI\nGET /v9/lamps\n{table}".encode()).by_place()["query limit"].aspects
    assert aspects["example"] == (int("9" * digits) if digits == 19 else "9" * digits)


def test_a_table_of_html_without_an_end_is_read() -> None:
    rows = "<tr><th>Parameter</th><th>Type</th></tr>\n<tr><td>limit</td><td>Integer</td></tr>"
    page = read_page(f"# Lamps\n## URI\nGET /v9/lamps\nSee <table of all.\n<table>\n{rows}\n".encode())
    assert page.by_place()["query limit"].lines == (7, 7)


def test_a_row_of_html_without_a_word_has_a_line() -> None:
    rows = "<tr><td><p>limit</p></td><td>String</td></tr>\n<tr><td>\n</td><td></td></tr>"
    page = f"<html>\n<p>Lamps</p><h4>URI</h4><table><tr><th>Parameter</th><th>Type</th></tr>\n{rows}</table></html>"
    assert [unread.lines for unread in read_page(page.encode()).unread] == [(4, 4)]

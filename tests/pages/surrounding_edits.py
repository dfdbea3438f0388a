"""Edits beside the rows that change no fact: spaces, ends of lines, dates, numbers, and all that surrounds a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pages.rows import Page
from pages.rulebook import Edit, edit

_AROUND: Final = (
    "Home > Documentation > API Reference",
    "Share",
    "Copy link",
    "分享",
    "意见反馈",
    "Feedback",
    "Was this helpful?",
    "On this page\nURI\nRequest Parameters\nResponse Parameters\nStatus Codes\nError Codes\nFeedback",
)
_DATES: Final = ("2025-01-31", "2026-12-01", "2030-02-28", "2031-10-10", "1999-09-09", "2026-01-01", "2027-07-07")
_OUTSIDE: Final = (("tabs", "\t"), ("no-break", "\xa0"), ("wide", "\u3000"), ("narrow", "\u202f"), ("mixed", " \t "))
_INSIDE: Final = (("two", "  "), ("tab", "\t"), ("no-break", "\xa0"), ("mixed", " \xa0"), ("many", "     "))


def _steps(page: Page) -> range:
    """Return every eighth part of the page, by its lines."""
    return range(1, len(page.lines), max(len(page.lines) // 8, 1))


def blank_lines(page: Page) -> Iterator[Edit]:
    for at in _steps(page):
        text = page.replaced((at, at), [page.lines[at - 1], "", "   ", ""])
        yield edit("blank lines added", page, f"below {at}", text)
        fewer = [line for number, line in enumerate(page.lines) if line.strip() or number < at]
        if len(fewer) < len(page.lines):
            yield edit("blank lines removed", page, f"below {at}", "\n".join(fewer))
    for every in (1, 2, 3):
        lines = [line for number, one in enumerate(page.lines) for line in ([one] if number % every else [one, ""])]
        yield edit("blank lines added", page, f"every {every}", "\n".join(lines))


def spaces(page: Page) -> Iterator[Edit]:
    """Other spaces before, behind and between words; not in the sample of an answer, where they may be values."""
    for name, space in _OUTSIDE:
        yield edit("spaces around", page, f"{name} before", "\n".join(f"{space}{line}" for line in page.lines))
        yield edit("trailing spaces", page, name, "\n".join(f"{line}{space}" for line in page.lines))
    sample = [fact.lines for fact in page.facts.facts if fact.place.startswith("example")]
    inside = {number for first, last in sample for number in range(first, last + 1)}
    for name, space in _INSIDE:
        lines = [
            line if number in inside else re.sub(r"(?<=\S) (?=\S)", space, line)
            for number, line in enumerate(page.lines, 1)
        ]
        yield edit("spaces inside", page, name, "\n".join(lines))


def surroundings(page: Page) -> Iterator[Edit]:
    for around in _AROUND:
        name = around.split("\n")[0]
        yield edit("lines around the page", page, f"{name} before", "\n".join([around, "", *page.lines]))
        text = "\n".join([*page.lines, "", around, "Copyright 2030"])
        yield edit("lines around the page", page, f"{name} behind", text)


def dates(page: Page) -> Iterator[Edit]:
    date = r"((?:Last Updated|Updated on|更新时间).?)(?:\d{4}-\d\d-\d\d|\w{3} \d\d, \d{4})"
    for other in _DATES if re.search(date, page.text()) else ():
        yield edit("date of the page", page, other, re.sub(date, rf"\g<1>{other}", page.text(), count=1))


def ends_of_lines(page: Page) -> Iterator[Edit]:
    """Other ends of lines, in the whole page or up to a line; and a mark of the order of bytes."""
    for at in _steps(page):
        text = "\r\n".join([*page.lines[:at], "\n".join(page.lines[at:])])
        yield edit("ends of lines", page, f"up to {at}", text)
        yield edit("byte order mark", page, f"and ends of lines up to {at}", f"\ufeff{text}")
    yield edit("ends of lines", page, "all", "\r\n".join(page.lines))
    yield edit("byte order mark", page, "alone", f"\ufeff{page.text()}")


def captions(page: Page) -> Iterator[Edit]:
    """Another number for a table, and for this one and all below it."""
    caption = re.compile(r"^(表|Table )(\d+)(?= )", re.MULTILINE)
    for _, number in caption.findall(page.text()):
        one = re.sub(rf"^(表|Table ){number}(?= )", r"\g<1>30", page.text(), flags=re.MULTILINE)
        yield edit("numbers of captions", page, number, one)
        more = [_more(line, int(number)) if caption.match(line) else line for line in page.lines]
        yield edit("numbers of captions", page, f"from {number} on", "\n".join(more))


def _more(caption: str, least: int) -> str:
    found = re.search(r"\d+", caption)
    assert found is not None
    number = int(found[0])
    return caption.replace(found[0], str(number + (number >= least)), 1)


def code(page: Page) -> Iterator[Edit]:
    """Other lines in the samples of code; the ones that name the operation stay."""
    if "SDK代码示例" in page.lines:
        first, last = page.lines.index("SDK代码示例") + 4, len(page.lines) - 1 - page.lines[::-1].index("状态码")
        inside = [number for number in range(first, last - 4) if page.lines[number - 1].strip()]
        for number in (number for number in inside[::9] if page.operation not in page.lines[number - 1]):
            for other in ("    int limit = 100;  // Default value: 7", "import com.example.Parameter;"):
                yield edit("samples of code", page, f"line {number}", page.replaced((number, number), [other]))


def history(page: Page) -> Iterator[Edit]:
    """Rows of the change history that come, go or say something else."""
    heading = next((number for number, line in enumerate(page.lines, 1) if line.startswith("Change time")), None)
    if heading is None:
        return
    for year in range(2024, 2036):
        more = (
            f"{year}-05-06The request parameters of the API has changed. The Error code has changedView Change Details"
        )
        yield edit(
            "change history", page, f"{year} more", page.replaced((heading, heading), [page.lines[heading - 1], more])
        )
        yield edit("change history", page, f"{year} instead", page.replaced((heading + 1, heading + 1), [more]))
    yield edit("change history", page, "gone", "\n".join(page.lines[: heading - 1]))

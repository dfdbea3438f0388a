"""Edits that change no fact: other words, spaces, order, numbers, and all that surrounds a documentation page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import attrs

from pages.aspect_edits import saying, silent
from pages.field_edits import own_words
from pages.rows import Page
from pages.rulebook import Edit, edit, meanings
from toolchain.pages.facts import Fact

_AROUND = (
    "On this page\nURI\nRequest Parameters\nResponse Parameters\nStatus Codes\nError Codes\nFeedback",
    "Home > Documentation > API Reference",
    "Share",
    "Copy link",
    "分享",
    "意见反馈",
    "Feedback",
    "Was this helpful?",
)


def words(page: Page) -> Iterator[Edit]:
    for _, fact, row in silent(page):
        other = edit("words of a description", page, fact.place, page.with_rows(fact, own_words(page, row)))
        yield attrs.evolve(other, reread=meanings(page, fact.place))


def sentences(page: Page) -> Iterator[Edit]:
    for index, fact, row in silent(page):
        more = saying(
            page, row, index, "See the guide for how it is shown in the console.", "详情请参见控制台的用户指南。"
        )
        other = edit("a sentence more", page, fact.place, page.with_rows(fact, more))
        yield attrs.evolve(other, reread=meanings(page, fact.place))


def _steps(page: Page) -> range:
    """Return every eighth part of the page, by its lines."""
    return range(1, len(page.lines), max(len(page.lines) // 8, 1))


def blank_lines(page: Page) -> Iterator[Edit]:
    for at in _steps(page):
        lines = [*page.lines[:at], "", "", *page.lines[at:]]
        yield edit("blank lines added", page, f"after {at}", "\n".join(lines))
        lines = [line for number, line in enumerate(page.lines) if line.strip() or number < at]
        if len(lines) < len(page.lines):
            yield edit("blank lines removed", page, f"after {at}", "\n".join(lines))
    if "" not in page.lines:
        for at in range(2, 8):
            lines = [line for number, one in enumerate(page.lines) for line in ([one] if number % at else [one, ""])]
            yield edit("blank lines added", page, f"every {at}", "\n".join(lines))


def spaces(page: Page) -> Iterator[Edit]:
    outside = {
        number
        for fact in page.facts.facts
        if fact.place.startswith("example")
        for number in range(fact.lines[0] + 1, fact.lines[1] + 1)
    }
    for name, around in (
        ("tab", "\t{}\t"),
        ("no-break space", "\xa0{}\xa0"),
        ("ideographic", "\u3000{}"),
        ("narrow", "\u202f{}\u2009"),
        ("trailing", "{}  "),
    ):
        yield edit("spaces around", page, name, "\n".join(around.format(line) for line in page.lines))
    for name, inside in (("double", "  "), ("tab", "\t"), ("no-break", "\xa0"), ("mixed", " \xa0"), ("many", "     ")):
        lines = [
            line if number in outside else re.sub(r"(?<=\S) (?=\S)", inside, line)
            for number, line in enumerate(page.lines, 1)
        ]
        yield edit("spaces inside", page, name, "\n".join(lines))


def surroundings(page: Page) -> Iterator[Edit]:
    for around in _AROUND:
        yield edit("lines around the page", page, f"{around} before", "\n".join([around, "", *page.lines]))
        yield edit(
            "lines around the page", page, f"{around} after", "\n".join([*page.lines, "", around, "Copyright 2030"])
        )


def dates(page: Page) -> Iterator[Edit]:
    for other in ("2025-01-31", "2026-12-01", "2030-02-28", "2031-10-10", "1999-09-09", "2026-01-01", "2027-07-07"):
        number = next(
            (
                number
                for number, line in enumerate(page.lines, 1)
                if re.match(r"Last Updated|Updated on|更新时间", line)
            ),
            None,
        )
        if number is not None:
            line = re.sub(r"\d{4}-\d\d-\d\d|\w{3} \d\d, \d{4}", other, page.lines[number - 1])
            yield edit("date of the page", page, other, page.replaced((number, number), [line]))


def order(page: Page) -> Iterator[Edit]:
    """Two rows of one table that change places; not where a table without a caption follows the rows' order."""
    fields = page.plain()
    for one, other in pairwise(fields):
        if (
            one.place.rpartition("." if "." in one.place else " ")[0]
            == other.place.rpartition("." if "." in other.place else " ")[0]
            and other.lines[0] - one.lines[1] <= 2
        ):
            yield edit("order of fields", page, one.place, _swapped(page, one, other))
    table = [
        fact
        for fact in page.facts.facts
        if fact.place.startswith("status ")
        and page.lines[fact.lines[1] - 1].strip("| ")
        and fact.lines[1] - fact.lines[0] == 2
    ]
    for index, one in enumerate(table):
        for other in table[index + 1 : index + 3]:
            yield edit("order of statuses", page, f"{one.place} {other.place}", _swapped(page, one, other))
    errors = [fact for fact in page.facts.facts if fact.place.startswith("error ")]
    for one, other in pairwise(errors):
        yield edit("order of statuses", page, one.place, _swapped(page, one, other))


def _swapped(page: Page, one: Fact, other: Fact) -> str:
    texts = [page.lines[fact.lines[0] - 1 : fact.lines[1]] for fact in (one, other)]
    between = page.lines[one.lines[1] : other.lines[0] - 1]
    return page.replaced((one.lines[0], other.lines[1]), [*texts[1], *between, *texts[0]])


def bytes_(page: Page) -> Iterator[Edit]:
    """Other ends of lines, in the whole page or up to a line; and a mark of the order of bytes."""
    for at in _steps(page):
        text = "\r\n".join(page.lines[:at]) + "\r\n" + "\n".join(page.lines[at:])
        yield edit("ends of lines", page, f"up to {at}", text)
        yield edit("byte order mark", page, f"and ends up to {at}", f"\ufeff{text}")
    yield edit("ends of lines", page, "all", page.text().replace("\n", "\r\n"))
    yield edit("byte order mark", page, "alone", f"\ufeff{page.text()}")


def punctuation(page: Page) -> Iterator[Edit]:
    """Punctuation as wide as Chinese letters for the plain one, and the other way round, in descriptions."""
    # Each has its wide form at the same distance.
    pairs = [(half, chr(ord(half) + 0xFEE0)) for half in ":,;()!?"]
    for fact in page.plain():
        row = page.row(fact)
        for forth in (True, False):
            table = {ord(half if forth else full): (full if forth else half) for half, full in pairs}
            description = tuple(line.translate(table) for line in row.description)
            if description != row.description:
                text = page.with_rows(fact, attrs.evolve(row, description=description))
                yield edit("wide punctuation", page, f"{fact.place} {forth}", text)


def captions(page: Page) -> Iterator[Edit]:
    caption = r"^(表|Table) ?(\d+)(?= )"
    numbers = re.findall(caption, page.text(), flags=re.MULTILINE)
    for _, number in numbers:
        for more in (1, 20):
            mark, other = rf"^(表|Table ){number}(?= )", rf"\g<1>{int(number) + more}"
            text = re.sub(mark, other, page.text(), flags=re.MULTILINE)
            yield edit("numbers of captions", page, f"{number} + {more}", text)


def code(page: Page) -> Iterator[Edit]:
    """Other lines in the samples of code; the one that names the operation stays."""
    first = next((number for number, line in enumerate(page.lines) if line.startswith("SDK")), None)
    facts = {number for fact in page.facts.facts for number in range(fact.lines[0], fact.lines[1] + 1)}
    if first is None:
        return
    end = next(at for at, line in enumerate(page.lines) if at > first and line in {"状态码", "Status Codes"})
    inside = [number for number in range(first + 4, end) if number not in facts and page.lines[number - 1].strip()]
    for number in inside[::9]:
        for other in ("    int limit = 100;  // Default value: 7", "import com.example.Parameter;"):
            yield edit("samples of code", page, f"line {number}", page.replaced((number, number), [other]))


def history(page: Page) -> Iterator[Edit]:
    """Rows of the change history that come, go or say something else."""
    heading = next((number for number, line in enumerate(page.lines) if line.startswith("Change time")), None)
    if heading is None:
        return
    for year in range(2024, 2036):
        more = (
            f"{year}-05-06The request parameters of the API has changed. The Error code has changedView Change Details"
        )
        yield edit(
            "change history",
            page,
            f"{year} added",
            "\n".join([*page.lines[: heading + 1], more, *page.lines[heading + 1 :]]),
        )
        lines = [*page.lines[: heading + 1], more, *page.lines[heading + 2 :]]
        yield edit("change history", page, f"{year} instead", "\n".join(lines))
    yield edit("change history", page, "gone", "\n".join(page.lines[: heading - 2]))

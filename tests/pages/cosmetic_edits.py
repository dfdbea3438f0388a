"""Edits of rows that change no fact: other words where no rule reads one, wide punctuation, another order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Final

import attrs

from pages.aspect_edits import saying, silent
from pages.field_edits import own_words
from pages.rows import Page
from pages.rulebook import Edit, edit, meanings
from toolchain.pages.facts import Fact

_HALF: Final = {one: one + 0xFEE0 for one in map(ord, ":,;()!?")}
"""Punctuation, and the same as wide as Chinese letters."""
_FULL: Final = {full: half for half, full in _HALF.items()}


def words(page: Page) -> Iterator[Edit]:
    for _, fact, row in silent(page):
        other = edit("words of a description", page, fact.place, page.with_rows(fact, own_words(page, row)))
        yield attrs.evolve(other, reread=meanings(page, fact.place))


def sentences(page: Page) -> Iterator[Edit]:
    english, chinese = "See the guide for how it is shown in the console.", "详情请参见控制台的用户指南。"
    for index, fact, row in silent(page):
        text = page.with_rows(fact, saying(page, row, index, english, chinese))
        yield attrs.evolve(edit("a sentence more", page, fact.place, text), reread=meanings(page, fact.place))


def punctuation(page: Page) -> Iterator[Edit]:
    for fact in page.plain():
        row = page.row(fact)
        for name, table in (("wide", _HALF), ("plain", _FULL)):
            description = tuple(line.translate(table) for line in row.description)
            if description != row.description:
                text = page.with_rows(fact, attrs.evolve(row, description=description))
                yield edit("punctuation", page, f"{fact.place} {name}", text)


def order(page: Page) -> Iterator[Edit]:
    """Two rows that change places; not objects, whose tables follow their order where they have no caption."""
    for one, other in pairwise(page.plain()):
        if _table(one) == _table(other) and other.lines[0] - one.lines[1] <= 2:
            yield edit("order of fields", page, one.place, _swapped(page, one, other))
    facts = page.facts.facts
    errors = [fact for fact in facts if fact.place.startswith("error ")]
    # A status that has no row of its own is that of a row of the table of error codes.
    statuses = [fact for fact in facts if fact.place.startswith("status ") and fact.lines[0] < fact.lines[1]]
    for one, other in (*pairwise(errors), *combinations(statuses, 2)):
        yield edit("order of statuses", page, f"{one.place}, {other.place}", _swapped(page, one, other))


def _table(fact: Fact) -> str:
    return fact.place.rpartition("." if "." in fact.place else " ")[0]


def _swapped(page: Page, one: Fact, other: Fact) -> str:
    texts = [page.lines[fact.lines[0] - 1 : fact.lines[1]] for fact in (one, other)]
    between = page.lines[one.lines[1] : other.lines[0] - 1]
    return page.replaced((one.lines[0], other.lines[1]), [*texts[1], *between, *texts[0]])

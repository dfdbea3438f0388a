"""Edits of what a description bounds: ranges, lengths, and the values of enumerations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import attrs

from pages.aspect_edits import saying, silent, worded
from pages.rows import Lines, Page, Row
from pages.rulebook import Edit, changed, edit
from toolchain.pages.facts import Fact

_BOUNDS: Final = ("minimum", "maximum", "minLength", "maxLength", "maxItems")
_LOWER: Final = ("minimum", "minLength")
_DIGITS: Final = {1: "一", 2: "二", 3: "三"}


def ranges(page: Page) -> Iterator[Edit]:
    yield from _new_ranges(page)
    yield from _other_ranges(page)
    yield from _lost_ranges(page)
    yield from _other_times(page)


def _new_ranges(page: Page) -> Iterator[Edit]:
    for index, fact, row in silent(page, "string", "integer"):
        number = fact.aspects["type"] == "integer"
        english = "Minimum value: 3. Maximum value: 900." if number else "The value contains 3 to 900 characters."
        chinese = "取值范围:3~900。" if number else "长度为3~900个字符。"
        bounds = ("minimum", "maximum") if number else ("minLength", "maxLength")
        text = page.with_rows(fact, saying(page, row, index, english, chinese))
        expected = [
            changed(page, "narrower", fact.place, bound, None, value)
            for bound, value in zip(bounds, (3, 900), strict=True)
        ]
        yield edit("range", page, f"{fact.place} added", text, *expected)


def _other_ranges(page: Page) -> Iterator[Edit]:
    for fact in page.plain():
        for bound in (bound for bound in _BOUNDS if bound in fact.aspects):
            before = fact.aspects[bound]
            for after in {before * 2, max(before // 2, 1)} - {before}:
                rule = "narrower" if (after > before) == (bound in _LOWER) else "wider"
                expected = changed(page, rule, fact.place, bound, before, after)
                row = page.row(fact)
                figure, word = (
                    (rf"(?<!\d){before}(?!\d)", str(after)),
                    (f"{_DIGITS.get(before)}个", f"{_DIGITS.get(after)}个"),
                )
                other = worded(row, figure if re.search(figure[0], row.said()) else word)
                yield edit("range", page, f"{fact.place} {bound} {after}", page.with_rows(fact, other), expected)


def _other_times(page: Page) -> Iterator[Edit]:
    """A range of times, as `6小时-8,760小时`."""
    others = (("minimum", "6h", "6小时", "12小时", "12h"), ("maximum", "8760h", "8,760小时", "4,380小时", "4380h"))
    for fact in (fact for fact in page.plain() if "range" in fact.aspects):
        before = fact.aspects["range"]
        for bound, old, said, instead, new in others:
            assert before[bound] == old
            text = page.with_rows(fact, worded(page.row(fact), (said, instead)))
            expected = changed(page, "narrower", fact.place, "range", before, {**before, bound: new})
            yield edit("range", page, f"{fact.place} {new}", text, expected)


def _lost_ranges(page: Page) -> Iterator[Edit]:
    sentences = (
        (r"The value ranges from \d+ to \d+\. | ?(?:Minimum|Maximum)(?: value)?: \d+\.?", ""),
        (r"contains \d+ to \d+ characters, including", "has"),
        (r"约束:范围不超过\d+个字符。", ""),
    )
    for fact in page.plain():
        bounds = [bound for bound in _BOUNDS if bound in fact.aspects]
        row = page.row(fact)
        other = worded(row, *sentences)
        if bounds and other != row:
            expected = [changed(page, "wider", fact.place, bound, fact.aspects[bound], None) for bound in bounds]
            yield edit("range", page, f"{fact.place} gone", page.with_rows(fact, other), *expected)


def values(page: Page) -> Iterator[Edit]:
    for fact in page.plain():
        row, old = page.row(fact), fact.aspects.get("enum")
        if old is None:
            continue
        places = [at for at, line in enumerate(row.description) if re.match(_item(old), line)]
        yield from _listed_values(page, fact, row, places) if len(places) == len(old) else _inline(page, fact, row)
    for index, fact, row in silent(page, "string"):
        text = page.with_rows(fact, saying(page, row, index, "Valid values: east, west.", "取值为:east,west。"))
        expected = changed(page, "values introduced", fact.place, "enum", None, ["east", "west"])
        yield edit("value of an enumeration", page, f"{fact.place} introduced", text, expected)


def _item(texts: list[str]) -> str:
    return rf"\s*(?:• )?({'|'.join(map(re.escape, texts))})[::]"


def _listed_values(page: Page, fact: Fact, row: Row, places: list[int]) -> Iterator[Edit]:
    """A line each: one more at the end, each but one gone, each with another name."""
    old, lines = fact.aspects["enum"], row.description
    gap = ("",) if isinstance(page.style, Lines) else ()
    last = places[-1]
    more = re.sub(rf"{old[-1]}([::]).*", r"archived\1 put away", lines[last])
    yield _valued(page, fact, "value added", (*lines[: last + 1], *gap, more, *lines[last + 1 :]), [*old, "archived"])
    for value, at in zip(old, places, strict=True):
        rest = [one for one in old if one != value]
        if rest:
            yield _valued(page, fact, "value removed", (*lines[:at], *lines[at + 1 :]), rest)
        other = (*lines[:at], lines[at].replace(value, f"{value}2", 1), *lines[at + 1 :])
        yield _valued(page, fact, "value removed", other, [f"{one}2" if one == value else one for one in old])


_INLINE: Final = (
    # Words of the page, other ones, and the rule and the values for them.
    (
        "can be active or inactive",
        "can be active, inactive, or expired",
        "value added",
        ["active", "inactive", "expired"],
    ),
    ("can be active or inactive", "can be active or disabled", "value removed", ["active", "disabled"]),
    ("fixed as AccessKey", "fixed as SecretKey", "value removed", ["SecretKey"]),
    ("fixed as Cloud platform", "fixed as Data platform", "value removed", ["Data platform"]),
    ("Fill application/json;charset=utf8", "Fill application/json", "value removed", ["application/json"]),
    (" RDS :", " RDS-FG :", "value removed", ["COMMON", "RDS-FG"]),
    (" RDS :", " MYSQL :一种。 RDS :", "value added", ["COMMON", "MYSQL", "RDS"]),
)


def _inline(page: Page, fact: Fact, row: Row) -> Iterator[Edit]:
    for old, new, rule, listed in _INLINE:
        if old in row.said():
            yield _valued(page, fact, rule, worded(row, (re.escape(old), new)).description, listed)


def _valued(page: Page, fact: Fact, rule: str, description: tuple[str, ...], after: list[Any]) -> Edit:
    text = page.with_rows(fact, attrs.evolve(page.row(fact), description=description))
    expected = changed(page, rule, fact.place, "enum", fact.aspects["enum"], after)
    return edit("value of an enumeration", page, f"{fact.place} {after}", text, expected)

"""Edits inside of a row: its type, its flag, and what its description says by the words of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import attrs

from pages.field_edits import is_request
from pages.rows import FLAGS, Ended, Lines, Page, Row, Together
from pages.rulebook import Edit, Expected, changed, edit
from toolchain.pages.facts import Fact

SILENT: Final = {"type", "format", "required", "example", "wording"}
"""The aspects of a row whose description says nothing but words."""


def silent(page: Page, *kinds: str) -> Iterator[tuple[int, Fact, Row]]:
    """Give the rows whose description says nothing but words, of some types; all, if none is named."""
    rows = [fact for fact in page.plain() if not set(fact.aspects) - SILENT]
    chosen = [fact for fact in rows if fact.aspects.get("type") in (kinds or ("string", "integer", "boolean"))]
    for index, fact in enumerate(chosen):
        yield index, fact, page.row(fact)


def saying(page: Page, row: Row, index: int, english: str, chinese: str) -> Row:
    """Return a row whose description ends with one more sentence: in the last line, or below it, in turns."""
    sentence = chinese if page.chinese else english
    lines = list(row.description)
    last = max(at for at, line in enumerate(lines) if line.strip())
    if index % 2:
        between = [""] if isinstance(page.style, Lines) else []
        lines[last + 1 : last + 1] = [*between, sentence]
    else:
        lines[last] += f" {sentence}" if not page.chinese else f"{'' if lines[last][-1] == '。' else '。'}{sentence}"
    return attrs.evolve(row, description=tuple(lines))


def worded(row: Row, *replacements: tuple[str, str]) -> Row:
    """Return a row with other words in its description."""
    text = "\n".join(row.description)
    for old, new in replacements:
        text = re.sub(old, new, text)
    return attrs.evolve(row, description=tuple(text.split("\n")))


_TYPES: Final[dict[tuple[Any, Any], list[tuple[str, str, tuple[Any, Any]]]]] = {
    # (type, format) of the page: the words of Alibaba's pages and of Huawei's, and what they mean.
    ("string", None): [("integer", "Integer", ("integer", "int32")), ("boolean", "Boolean", ("boolean", None))],
    ("integer", "int32"): [("long", "Long", ("integer", "int64")), ("string", "String", ("string", None))],
    ("integer", "int64"): [("integer", "Integer", ("integer", "int32")), ("string", "String", ("string", None))],
    ("boolean", None): [("string", "String", ("string", None))],
}


def types(page: Page) -> Iterator[Edit]:
    for _, fact, row in silent(page):
        before = fact.aspects["type"], fact.aspects.get("format")
        for small, capital, after in _TYPES[before]:
            word = small if isinstance(page.style, Together) else capital
            expected = list(_of_type(page, fact, before, after))
            example = fact.aspects.get("example")
            if isinstance(example, int) and after[0] == "string":
                expected.append(changed(page, "example", fact.place, "example", example, str(example)))
            text = page.with_rows(fact, attrs.evolve(row, type=word))
            yield edit("type changed", page, f"{fact.place} {word}", text, *expected)


def _of_type(page: Page, fact: Fact, before: tuple[Any, Any], after: tuple[Any, Any]) -> Iterator[Expected]:
    if before[0] != after[0]:
        yield changed(page, "type", fact.place, "type", before[0], after[0])
    if before[1] != after[1]:
        widths = f"{before[1]} to {after[1]}"
        rule = widths if before[0] == after[0] else "type"
        yield changed(page, rule, fact.place, "format", before[1], after[1])


_VALUES: Final[dict[str, tuple[str, Any]]] = {
    "string": ("alpha", "alpha"),
    "integer": ("7", 7),
    "boolean": ("true", True),
}


def defaults(page: Page) -> Iterator[Edit]:
    for index, fact, row in silent(page):
        said, value = _VALUES[fact.aspects["type"]]
        english = f"Default: {said}" if isinstance(page.style, Ended) else f"Default value: {said}."
        text = page.with_rows(fact, saying(page, row, index, english, f"默认值:{said}。"))
        expected = changed(page, "default", fact.place, "default", None, value)
        yield edit("default", page, f"{fact.place} added", text, expected)
    stated = r"((?:[Dd]efault(?: value)?(?:: | is )|默认值[::]\s?))(\w+)"
    for fact in page.plain():
        row, old = page.row(fact), fact.aspects.get("default")
        if not re.search(stated, row.said()):
            continue
        for said in ("3", "5", "15"):
            text = page.with_rows(fact, worded(row, (stated, rf"\g<1>{said}")))
            value = int(said) if isinstance(old, int) else said
            yield edit(
                "default",
                page,
                f"{fact.place} {said}",
                text,
                changed(page, "default", fact.place, "default", old, value),
            )
        text = page.with_rows(fact, worded(row, (rf"(?:The )?{stated}[.。]?", "")))
        yield edit(
            "default", page, f"{fact.place} gone", text, changed(page, "default", fact.place, "default", old, None)
        )
    for fact in page.plain():
        row, old = page.row(fact), fact.aspects.get("default")
        if "(默认)" in row.said():
            text = page.with_rows(fact, worded(row, (r"\(默认\)", "")))
            expected = changed(page, "default", fact.place, "default", old, None)
            yield edit("default", page, f"{fact.place} unmarked", text, expected)


def mandatory(page: Page) -> Iterator[Edit]:
    """The other flag; where the page's text lost the flags, either of them."""
    for fact in filter(is_request, page.plain()):
        row, before = page.row(fact), fact.aspects.get("required")
        flags = [flag for flag in FLAGS if flag.isascii() != page.chinese and flag != row.mandatory]
        for flag in flags:
            after = flag in {"Yes", "是"}
            rule = "now mandatory" if after else "now optional"
            expected = changed(page, rule, fact.place, "required", before, after)
            text = page.with_rows(fact, attrs.evolve(row, mandatory=flag))
            yield edit("mandatory flag", page, f"{fact.place} {flag}", text, expected)


def deprecated(page: Page) -> Iterator[Edit]:
    for index, fact, row in silent(page):
        text = page.with_rows(fact, saying(page, row, index, "This parameter is deprecated.", "该参数已废弃。"))
        expected = changed(page, "deprecated", fact.place, "deprecated", None, True)
        yield edit("deprecated", page, fact.place, text, expected)
    for fact in page.plain():
        if fact.aspects.get("deprecated"):
            text = page.with_rows(fact, worded(page.row(fact), ("is deprecated", "is as it was")))
            expected = changed(page, "deprecated", fact.place, "deprecated", True, None)
            yield edit("deprecated", page, f"{fact.place} no more", text, expected)


def units(page: Page) -> Iterator[Edit]:
    for index, fact, row in silent(page, "integer"):
        text = page.with_rows(fact, saying(page, row, index, "Unit: seconds.", "单位:秒。"))
        yield edit(
            "unit", page, f"{fact.place} added", text, changed(page, "unit", fact.place, "unit", None, "seconds")
        )
    others = (("milliseconds", "Unit: milliseconds", "Unit: seconds"), ("seconds", "总秒数", "总毫秒数"))
    for fact in page.plain():
        for before, old, new in others:
            if fact.aspects.get("unit") == before and old in page.row(fact).said():
                after = {"milliseconds": "seconds", "seconds": "milliseconds"}[before]
                text = page.with_rows(fact, worded(page.row(fact), (old, new)))
                expected = changed(page, "unit", fact.place, "unit", before, after)
                yield edit("unit", page, fact.place, text, expected)


def examples(page: Page) -> Iterator[Edit]:
    """Other samples in the rows, and another value in the sample of the answer."""
    for fact in page.plain():
        row = page.row(fact)
        if row.example is not None:
            value, said = (4711, "4711") if isinstance(fact.aspects["example"], int) else ("Some-Sample",) * 2
            text = page.with_rows(fact, attrs.evolve(row, example=said))
            before = fact.aspects["example"]
            yield edit(
                "example", page, fact.place, text, changed(page, "example", fact.place, "example", before, value)
            )
    for fact in page.facts.facts:
        first, last = fact.lines
        for number in range(first, last + 1) if fact.place.startswith("example") else ():
            line = re.sub(r'(" ?: )("[^"]+"|\d+)(,?)$', r"\g<1>4711\3", page.lines[number - 1])
            if line != page.lines[number - 1]:
                text = page.replaced((number, number), [line])
                expected = changed(page, "example", fact.place, "example", fact.aspects["example"], ...)
                yield edit("example", page, f"{fact.place} {number}", text, expected)

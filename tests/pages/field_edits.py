"""Edits of whole rows: fields and parameters that come, go, or get another name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from pages.rows import Page, Row, Together, name_of
from pages.rulebook import Edit, Expected, changed, edit, whole
from toolchain.pages.facts import Fact

REQUEST = ("path", "query", "header", "body")


def is_request(fact: Fact) -> bool:
    return fact.place.split()[0] in REQUEST


def new_name(page: Page, fact: Fact) -> str:
    """Return a name that the page doesn't have, in the manner of its own ones."""
    kind = fact.place.split()[0]
    return "X-Extra-Label" if kind == "header" else "ExtraLabel" if isinstance(page.style, Together) else "extra_label"


def beside(fact: Fact, name: str) -> str:
    """Return the place that a field beside another one has."""
    return fact.place[: -len(name_of(fact.place))] + name


def own_words(page: Page, row: Row) -> Row:
    """Return a row with a description of its own; the first line keeps its place, the others go."""
    said = "由用户自行填写的一段文字。" if page.chinese else "A text of the owner's own choice."
    blank = ("",) if isinstance(page.style, Together) else ()
    return attrs.evolve(row, description=(*blank, said, *blank))


def added(page: Page) -> Iterator[Edit]:
    """A copy of a row below it, under a new name and with other words; of a parameter, with either flag."""
    for fact in page.plain():
        if fact.place.startswith("path "):
            continue
        row = page.row(fact)
        name = new_name(page, fact)
        for flag in ("Yes", "No") if row.mandatory else ("",):
            copy = attrs.evolve(own_words(page, row), name=name, mandatory=flag)
            expected = whole(page, "added mandatory" if flag == "Yes" else "added", "added", beside(fact, name))
            text, example = _in_example(page, fact, page.with_rows(fact, row, copy), f'"{name}": "one",\n\\g<0>')
            yield edit("field added", page, f"{fact.place} {flag}", text, expected, *example)


def removed(page: Page) -> Iterator[Edit]:
    """Without the row; a parameter of the path goes from the path too."""
    for fact in page.plain():
        expected = [whole(page, "removed", "removed", fact.place)]
        text = page.with_rows(fact)
        if fact.place.startswith("path "):
            text, path = _other_path(page, text, f"/{{{name_of(fact.place)}}}", "")
            expected.append(path)
        yield edit("field removed", page, fact.place, text, *expected)


def renamed(page: Page) -> Iterator[Edit]:
    """The same row under another name; a parameter of the path has it there too."""
    ending = "New" if isinstance(page.style, Together) else "_new"
    for fact in page.fields():
        row = page.row(fact)
        name = f"{row.name}{ending}"
        expected = [whole(page, "renamed", "renamed", fact.place, beside(fact, name))]
        text, example = _in_example(page, fact, page.with_rows(fact, attrs.evolve(row, name=name)), f'"{name}":')
        expected += example
        if fact.place.startswith("path "):
            text, path = _other_path(page, text, f"{{{row.name}}}", f"{{{name}}}")
            expected.append(path)
        if row.type.lower() == "object":
            # Where the type has no name, the caption of the object's table is the name of the field.
            text = re.sub(rf"^((?:表|Table) ?\d+ ){row.name}$", rf"\g<1>{name}", text, flags=re.MULTILINE)
        yield edit("field renamed", page, fact.place, text, *expected)


def _in_example(page: Page, fact: Fact, text: str, line: str) -> tuple[str, list[Expected]]:
    """Return the text with another line in the example, without which a table of all levels can't be read."""
    if is_request(fact) or not isinstance(page.style, Together):
        return text, []
    before = page.facts.by_place()["example 200"].aspects["example"]
    other, count = re.subn(rf'"{name_of(fact.place)}" ?:', line, text, count=1)
    return other, [changed(page, "example", "example 200", "example", before, ...)] if count else []


def _other_path(page: Page, text: str, old: str, new: str) -> tuple[str, Expected]:
    path = page.facts.by_place()["operation"].aspects["path"]
    expected = changed(page, "operation", "operation", "path", path, path.replace(old, new))
    return text.replace(old, new), expected


def objects_removed(page: Page) -> Iterator[Edit]:
    """An object of an answer goes with the table that has its fields, which is reported as one thing."""
    for fact, span in _objects(page):
        row_gone = page.with_rows(fact).split("\n")
        shift = len(row_gone) - len(page.lines)
        text = "\n".join(row_gone[: span[0] - 1 + shift] + row_gone[span[1] + shift :])
        yield edit("object removed", page, fact.place, text, whole(page, "removed", "removed", fact.place))


def objects_added(page: Page) -> Iterator[Edit]:
    """An object with a table of its own: a copy of another's, with other names; one thing again."""
    for fact, (first, last) in _objects(page):
        row = page.row(fact)
        old = next((text for text in re.findall(r"\w+", row.type) if text.lower() not in _TYPE_WORDS), row.name)
        table = [re.sub(rf"\b{old}$", f"Extra{old}", line) for line in page.lines[first - 1 : last]]
        name = new_name(page, fact)
        other = name if old == row.name else f"Extra{old}"
        table = [line.replace(f"Extra{old}", other) for line in table]
        copy = attrs.evolve(own_words(page, row), name=name, type=row.type.replace(old, other))
        lines = [*page.lines[:last], *page.gap, *table, *page.lines[last:]]
        after = attrs.evolve(page, lines=tuple(lines)).with_rows(fact, row, copy)
        yield edit("object added", page, fact.place, after, whole(page, "added", "added", beside(fact, name)))


_TYPE_WORDS = {"array", "list", "of", "object", "objects"}


def _objects(page: Page) -> Iterator[tuple[Fact, tuple[int, int]]]:
    """Give the objects that have a table of their own, each with the table's lines: caption, heading and rows."""
    facts, plain = page.facts.by_place(), page.plain()
    tables = [fact for fact in page.fields() if fact not in plain and not isinstance(page.style, Together)]
    for fact in tables:
        inside = [one for place, one in facts.items() if place.startswith((f"{fact.place}.", f"{fact.place}[]."))]
        if len(tables) > 1:
            first = min(one.lines[0] for one in inside)
            before = max(one.lines[1] for one in facts.values() if one.lines[1] < first)
            yield fact, (before + 1, max(one.lines[1] for one in inside))

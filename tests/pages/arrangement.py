"""Arranges the parts of a page: with a table for each object, or with all rows in one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import attrs

from pages.model import Cell, Described, ErrorCode, Field, Language, Page, example_of
from pages.words_of_pages import (
    CAPTIONS,
    COLUMNS,
    FLAT_SECTIONS,
    HEADINGS,
    LINES,
    MANDATORY,
    SECTIONS,
    Prose,
)


class Text(NamedTuple):
    """A line, and its role: `title`, `section`, `text` or `sample`."""

    text: str
    role: str = "text"


class Table(NamedTuple):
    """A table; each cell has one or more lines."""

    kind: str
    caption: str | None
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class Json(NamedTuple):
    """An example."""

    value: Any


Part: TypeAlias = Text | Table | Json
_HUAWEI_NAMES = {"string": "String", "integer": "Integer", "long": "Long", "double": "Double", "boolean": "Boolean"}


@attrs.frozen
class Style:
    """How a page is written; `described` collects the descriptions of its fields."""

    language: Language
    prose: Prose
    has_flags: bool
    described: Described = attrs.field(factory=dict)

    def describe(self, field: Field) -> Cell:
        self.described[field.name] = self.prose(field.description, self.language)
        return self.described[field.name]

    def flag(self, field: Field) -> Cell:
        return (MANDATORY[self.language][field.mandatory] if self.has_flags else "",)


def by_tables(page: Page, style: Style) -> Iterator[Part]:
    """Yield the parts of a page that has a table for each object."""
    sections, lines, columns = SECTIONS[style.language], LINES[style.language], COLUMNS[style.language]
    yield Text(lines["updated"].format(page.updated))
    yield Text(page.title, "title")
    yield Text(sections["function"], "section")
    yield Text("It lists lamps.")
    if page.permission is not None:
        yield Text(sections["authorization"], "section")
        row = [page.permission.action, page.permission.level, f"{page.permission.resource} *"]
        cells = _cells([*row, page.permission.condition or "-", "-", "-"])
        yield Table("permission", None, HEADINGS[style.language]["permission"], [cells])
    yield Text(sections["uri"], "section")
    yield Text(f"{page.method} {page.path}", "sample")
    for location in ("path", "query"):
        yield from _object_tables(location, page.parameters.get(location, ()), style)
    yield Text(sections["request"], "section")
    for location in ("header", "body"):
        yield from _object_tables(location, page.parameters.get(location, ()), style)
    yield Text(sections["response"], "section")
    for status, _ in page.statuses:
        yield Text(lines["status"].format(status))
        yield from _object_tables("response", page.response if status == 200 else page.error_fields, style)
    yield Text(sections["request example"], "section")
    yield Text(f"{page.method} https://{{endpoint}}{page.path}", "sample")
    yield Text(sections["response example"], "section")
    yield Text(lines["status"].format(200))
    yield Json(example_of(page.response))
    yield Text(sections["code"], "section")
    yield Text(f"{page.operation_id}Request request = new {page.operation_id}Request();", "sample")
    yield Text(sections["statuses"], "section")
    yield Table("statuses", None, [columns["status"], columns["description"]], list(map(_cells, page.statuses)))
    yield Text(sections["errors"], "section")
    if page.errors:
        names = ("status", "code", "message", "description", "solution")
        yield _errors([columns[name] for name in names], [(*one, "Try again.") for one in page.errors])
    yield Text(sections["end"], "section")
    yield Text("| a | table | that is none |")


def _cells(texts: Iterable[object]) -> list[Cell]:
    return [(str(text),) for text in texts]


def _errors(columns: Sequence[str], errors: Iterable[ErrorCode | tuple[object, ...]]) -> Table:
    return Table("errors", None, columns, list(map(_cells, errors)))


def _object_tables(kind: str, fields: tuple[Field, ...], style: Style) -> Iterator[Table]:
    """Yield the table of some fields, then those of their objects, level by level."""
    names = ["name", "type", "description"] if kind == "response" else ["name", "mandatory", "type", "description"]
    waiting = [(CAPTIONS[style.language][kind], fields)] if fields else []
    while waiting:
        caption, inner = waiting.pop(0)
        flags = [[] if kind == "response" else [style.flag(field)] for field in inner]
        rows = [
            [(field.name,), *flag, (_huawei_type(field),), style.describe(field)]
            for field, flag in zip(inner, flags, strict=True)
        ]
        yield Table(kind, caption, [COLUMNS[style.language][name] for name in names], rows)
        waiting += [(field.schema or field.name, field.fields) for field in inner if field.fields]


def _huawei_type(field: Field) -> str:
    if field.kind != "object":
        return f"Array of {field.kind}s" if field.is_array else _HUAWEI_NAMES[field.kind]
    if field.is_array:
        return f"Array of {field.schema or field.name} objects"
    return f"{field.schema} object" if field.schema else "Object"


def in_one_table(page: Page, style: Style) -> Iterator[Part]:
    """Yield the parts of a page that has all levels of the response in one table, and an example in each row."""
    sections, headings = FLAT_SECTIONS[style.language], HEADINGS[style.language]
    yield Text(page.title, "title")
    yield Text(LINES[style.language]["flat updated"].format(page.updated))
    if page.permission is not None:
        yield Text(sections["authorization"], "section")
        row = [page.permission.action, page.permission.level, f"*{page.permission.resource}"]
        cells = _cells([*row, page.permission.condition or "none", "none"])
        yield Table("permission", None, headings["flat permission"], [cells])
    yield Text(sections["request"], "section")
    request = list(_flat_rows(page.parameters["query"], style, with_flags=True))
    yield Table("request", None, headings["flat request"], request)
    yield Text(sections["response"], "section")
    response = [_cells(["", "object", "", ""]), *_flat_rows(page.response, style, with_flags=False)]
    yield Table("response", None, headings["flat response"], response)
    yield Text(sections["examples"], "section")
    yield Text(sections["example"], "section")
    yield Text("JSONformat")
    yield Json(example_of(page.response))
    yield Text(sections["errors"], "section")
    yield _errors(headings["flat errors"], page.errors)


def _flat_rows(fields: tuple[Field, ...], style: Style, *, with_flags: bool) -> Iterator[list[Cell]]:
    no_flag: list[Cell] = [("",)] if with_flags else []
    for field in fields:
        kind = f"array<{field.kind}>" if field.is_array else field.kind
        example = str(field.example).lower() if isinstance(field.example, bool) else str(field.example)
        flag = [style.flag(field)] if with_flags else []
        yield [(field.name,), (kind,), *flag, style.describe(field), ("" if field.kind == "object" else example,)]
        if field.is_array and field.schema:
            yield [(field.schema,), ("object",), *no_flag, ("",), ("",)]
        yield from _flat_rows(field.fields, style, with_flags=with_flags)

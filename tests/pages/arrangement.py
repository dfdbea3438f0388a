"""Arranges the parts of a page: with a table for each object, or with all rows in one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from pages.model import Aspects, Cell, Field, Language, Page, flat_facts, parameter_facts, table_facts, with_wording
from pages.prose import Prose
from pages.words_of_pages import (
    CAPTIONS,
    COLUMNS,
    FLAT_SECTIONS,
    HEADINGS,
    LINES,
    MANDATORY,
    SECTIONS,
)


class Text(NamedTuple):
    """A line, and its role: `title`, `date`, `section`, `text` or `sample`."""

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


class Arranged(NamedTuple):
    """The parts of a page, and its facts."""

    parts: list[Part]
    facts: dict[str, Aspects]


def by_tables(page: Page, language: Language, prose: Prose, *, has_flags: bool = True) -> Arranged:
    """Arrange a page with a table for each object."""
    made = _ByTables(page, language, prose, has_flags=has_flags)
    return Arranged(list(made.parts()), made.facts())


class _ByTables:
    def __init__(self, page: Page, language: Language, prose: Prose, *, has_flags: bool) -> None:
        self.page, self.prose, self.has_flags = page, prose, has_flags
        self.language: Language = language
        self.sections, self.columns = SECTIONS[language], COLUMNS[language]
        self.captions, self.lines = CAPTIONS[language], LINES[language]
        self.described: dict[str, Cell] = {}

    def parts(self) -> Iterator[Part]:
        page = self.page
        yield Text(self.lines["updated"].format(page.updated), "date")
        yield Text(page.title, "title")
        yield self._section("function")
        yield Text("It tells what is there." if self.language == "en" else "说明现有的内容。")
        if page.permission is not None:
            yield self._section("authorization")
            row = [page.permission.action, page.permission.level, f"{page.permission.resource} *"]
            texts = [*row, page.permission.condition or "-", "-", "-"]
            yield Table("permission", None, HEADINGS[self.language]["permission"], [[(text,) for text in texts]])
        yield self._section("uri")
        yield Text(f"{page.method} {page.path}", "sample")
        for place in ("path", "query"):
            yield from self._tables(place, page.parameters.get(place, ()), with_mandatory=True)
        yield self._section("request")
        for place in ("header", "body"):
            yield from self._tables(place, page.parameters.get(place, ()), with_mandatory=True)
        yield self._section("response")
        for status, _, _ in page.statuses:
            yield Text(self.lines["status"].format(status))
            yield from self._tables("response", page.response if status == 200 else page.error_fields)
        yield from self._end()

    def _end(self) -> Iterator[Part]:
        page = self.page
        yield self._section("request example")
        yield Text(f"{page.method} https://{{endpoint}}{page.path}", "sample")
        yield self._section("response example")
        yield Text(self.lines["status"].format(200))
        yield Json(page.example())
        yield self._section("code")
        yield Text(f"{page.operation_id}Request request = new {page.operation_id}Request();", "sample")
        yield self._section("statuses")
        columns = [self.columns["status"], self.columns["description"]]
        description = [(str(code), en if self.language == "en" else zh) for code, en, zh in page.statuses]
        yield Table("statuses", None, columns, [[(code,), (text,)] for code, text in description])
        yield self._section("errors")
        if page.errors:
            columns = [self.columns[name] for name in ("status", "code", "message", "description", "solution")]
            rows = [[(str(one.status),), *((text,) for text in (*one[1:], "Try again."))] for one in page.errors]
            yield Table("errors", None, columns, rows)
        yield self._section("end")
        yield Text("| a | table | that is none |")

    def _section(self, name: str) -> Text:
        return Text(self.sections[name], "section")

    def _tables(self, kind: str, fields: tuple[Field, ...], *, with_mandatory: bool = False) -> Iterator[Table]:
        """Yield the table of some fields, then those of their objects, level by level."""
        waiting = [(self.captions[kind], fields)] if fields else []
        while waiting:
            caption, inner = waiting.pop(0)
            names = ["name", *(["mandatory"] if with_mandatory else []), "type", "description"]
            rows = [self._row(field, with_mandatory=with_mandatory) for field in inner]
            yield Table(kind, caption, [self.columns[name] for name in names], rows)
            waiting += [(field.schema or field.name, field.fields) for field in inner if field.fields]

    def _row(self, field: Field, *, with_mandatory: bool) -> list[Cell]:
        self.described[field.name] = self.prose(field.description, self.language)
        mandatory = MANDATORY[self.language][field.mandatory] if self.has_flags else ""
        cells = [(field.name,), *([(mandatory,)] if with_mandatory else []), (_huawei_type(field),)]
        return [*cells, self.described[field.name]]

    def facts(self) -> dict[str, Aspects]:
        page, mandatory = self.page, self.has_flags
        found: dict[str, Aspects] = {
            "title": {"title": page.title},
            "page": {"updated": page.updated},
            "operation": {"method": page.method, "path": page.path},
            "operation id": {"operationId": page.operation_id},
            "server": {"host": "https://{endpoint}"},
            "example 200": {"example": page.example()},
            **parameter_facts(page, self.described, has_flags=mandatory, with_example=False),
        }
        if "body" in page.parameters:
            found |= table_facts("body", page.parameters["body"], self.described, has_flags=mandatory)
        for code, en, zh in page.statuses:
            found[f"status {code}"] = with_wording({}, (en if self.language == "en" else zh,))
            fields = page.response if code == 200 else page.error_fields
            found |= table_facts(str(code), fields, self.described) if fields else {}
        return found | _common(page)


def _common(page: Page) -> dict[str, Aspects]:
    found: dict[str, Aspects] = {f"error {one.status} {one.code}": {"message": one.message} for one in page.errors}
    if page.permission is not None:
        conditions = [page.permission.condition] if page.permission.condition else []
        found["permission"] = {
            "action": page.permission.action,
            "access-level": page.permission.level,
            "resources": [page.permission.resource],
            "condition-keys": conditions,
        }
    return found


def _huawei_type(field: Field) -> str:
    if field.kind != "object":
        return f"Array of {field.kind}s" if field.is_array else _HUAWEI_NAMES[field.kind]
    if field.is_array:
        return f"Array of {field.schema or field.name} objects"
    return f"{field.schema} object" if field.schema else "Object"


def in_one_table(page: Page, language: Language, prose: Prose, *, newer: bool, has_flags: bool = True) -> Arranged:
    """Arrange a page with all levels of the response in one table, each row with an example."""
    described: dict[str, Cell] = {}

    def rows(fields: tuple[Field, ...], *, with_mandatory: bool) -> Iterator[list[Cell]]:
        for field in fields:
            described[field.name] = prose(field.description, language)
            kind = f"array<{field.kind}>" if field.is_array else field.kind
            mandatory = MANDATORY[language][field.mandatory] if with_mandatory and has_flags else ""
            example = "" if field.kind == "object" else _example(field.example)
            yield [(field.name,), (kind,), (mandatory,), described[field.name], (example,)]
            if field.is_array and field.kind == "object" and field.schema:
                yield [(field.schema,), ("object",), ("",), ("",), ("",)]
            yield from rows(field.fields, with_mandatory=with_mandatory)

    request = list(rows(page.parameters["query"], with_mandatory=True))
    response = list(rows(page.response, with_mandatory=False))
    parts = list(_flat_parts(page, language, request, response, newer=newer))
    return Arranged(parts, _flat_facts(page, described, newer=newer, has_flags=has_flags))


def _flat_parts(
    page: Page, language: Language, request: list[list[Cell]], response: list[list[Cell]], *, newer: bool
) -> Iterator[Part]:
    sections, headings = FLAT_SECTIONS[language], HEADINGS[language]
    yield Text(page.title, "title")
    yield Text(LINES[language]["flat updated"].format(page.updated), "date")
    yield from _flat_permission(page, language, newer=newer)
    yield Text(sections["request"], "section")
    yield Table("request", None, headings["flat request"], request)
    yield Text(sections["newer response" if newer else "response"], "section")
    root: list[list[Cell]] = [] if newer else [[("",), ("object",), ("",), ("",), ("",)]]
    yield Table("response", None, headings["flat response"], [*root, *response])
    yield Text(sections["examples"], "section")
    yield Text(sections["example"], "section")
    yield Text("JSONformat")
    yield Json(page.example())
    yield Text(sections["errors"], "section")
    errors = [[(str(one.status),), *((text,) for text in one[1:])] for one in page.errors]
    yield Table("errors", None, headings["flat errors"], errors)


def _flat_facts(page: Page, described: dict[str, Cell], *, newer: bool, has_flags: bool) -> dict[str, Aspects]:
    facts: dict[str, Aspects] = {
        "title": {"title": page.title},
        "operation id": {"operationId": page.operation_id},
        "page": {"updated": page.updated},
        "status 200": {},
        "example 200": {"example": page.example()},
        **{f"status {one.status}": {} for one in page.errors},
        **parameter_facts(page, described, has_flags=has_flags, with_example=True),
        **flat_facts(page.response, described),
        **_common(page),
    }
    if newer:
        facts.pop("permission", None)
    return facts


def _flat_permission(page: Page, language: Language, *, newer: bool) -> Iterator[Part]:
    if page.permission is None or newer:
        return
    yield Text(FLAT_SECTIONS[language]["authorization"], "section")
    condition = page.permission.condition or "none"
    texts = [page.permission.action, page.permission.level, f"*{page.permission.resource}", condition, "none"]
    yield Table("permission", None, HEADINGS[language]["flat permission"], [[(text,) for text in texts]])


def _example(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

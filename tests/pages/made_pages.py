"""Made pages: two by hand, random ones, their parts, and the facts that every layout of them states."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Final, NamedTuple, TypeAlias

import attrs
from hypothesis import strategies as st

from pages.words_of_pages import WORDS, Aspects, Cell, Language, Prose
from toolchain.pages.facts import wording_of

TYPES: Final[dict[str, tuple[str, Aspects]]] = {
    "string": ("String", {"type": "string"}),
    "integer": ("Integer", {"type": "integer", "format": "int32"}),
    "long": ("Long", {"type": "integer", "format": "int64"}),
    "double": ("Double", {"type": "number", "format": "double"}),
    "boolean": ("Boolean", {"type": "boolean"}),
    "object": ("Object", {"type": "object"}),
}
"""By the name that Alibaba Cloud writes: the name that Huawei Cloud writes, and the facts."""
UPDATED, METHOD, PATH = "2025-03-04", "POST", "/v9/{house_id}/lamps"


@attrs.frozen
class Field:
    """A parameter or a field; if `is_array`, kind and schema are those of its elements."""

    name: str
    kind: str = "string"
    stated: Aspects = attrs.field(factory=dict)
    """What its description states."""
    mandatory: bool = False
    example: Any = "sample 1"
    is_array: bool = False
    schema: str | None = None
    fields: tuple[Field, ...] = ()
    definition: str = "What the tests are about."


@attrs.frozen
class Page:
    """The page of an operation: with a table for each object, or, if it is flat, with one table and its examples."""

    title: str
    operation_id: str
    parameters: dict[str, tuple[Field, ...]]
    response: tuple[Field, ...]
    statuses: dict[int, str]
    errors: Sequence[tuple[int, str, str, str]] = ()
    """Status, code, message and description."""
    permissions: Sequence[tuple[str, str, str, str]] = ()
    """Action, level, resource and condition; a page has one or none."""
    error_fields: tuple[Field, ...] = ()
    is_flat: bool = False


class Text(NamedTuple):
    """A line, and its role: `title`, `section`, `text`, `sample` or `json`."""

    text: str
    role: str = "text"


class Table(NamedTuple):
    """A table; `kind` is that of its rows."""

    kind: str
    caption: str | None
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


Part: TypeAlias = Text | Table


class Style(NamedTuple):
    """How the rows of a page are written."""

    language: Language
    prose: Prose
    has_flags: bool

    def description(self, field: Field) -> Cell:
        definition = "测试所需的内容。" if self.language.startswith("zh") else field.definition
        return self.prose(definition, field.stated, self.language)

    def flag(self, field: Field) -> Cell:
        return (WORDS[self.language]["mandatory"][str(field.mandatory).lower()] if self.has_flags else "",)


def parts_of(page: Page, style: Style) -> list[Part]:
    """Return the parts of a page in their order."""
    return (_in_one_table if page.is_flat else _by_tables)(page, style)


def _by_tables(page: Page, style: Style) -> list[Part]:
    words = WORDS[style.language]
    columns, lines, numbers = words["columns"], words["lines"], count(1)

    def section(name: str, *parts: Part) -> list[Part]:
        return [Text(words["sections"][name], "section"), *parts]

    def tables(kind: str, fields: tuple[Field, ...]) -> Iterator[Table]:
        """Yield the table of some fields, then those of their objects, level by level."""
        names = ["name", "type", "description"] if kind == "response" else ["name", "mandatory", "type", "description"]
        waiting = [(words["captions"][kind], fields)] if fields else []
        for caption, inner in waiting:
            rows = []
            for field in inner:
                flag = [] if kind == "response" else [style.flag(field)]
                rows.append([(field.name,), *flag, (_huawei_type(field),), style.description(field)])
            yield Table(kind, lines["table"].format(next(numbers), caption), [columns[name] for name in names], rows)
            waiting += [(field.schema or field.name, field.fields) for field in inner if field.fields]

    def parameters(*locations: str) -> Iterator[Table]:
        return (table for kind in locations for table in tables(kind, page.parameters.get(kind, ())))

    responses: list[Part] = []
    for status in page.statuses:
        fields = page.response if status == 200 else page.error_fields
        responses += [Text(lines["status"].format(status)), *tables("response", fields)]
    permissions: list[Part] = []
    for action, level, resource, condition in page.permissions:
        cells = _cells([action, level, f"{resource} *", condition, "-", "-"])
        permissions = section("authorization", Table("permission", None, words["headings"]["permission"], [cells]))
    code = f"{page.operation_id}Request request = new {page.operation_id}Request();"
    statuses = list(map(_cells, page.statuses.items()))
    names = [columns[name] for name in ("status", "code", "message", "description", "solution")]
    errors = Table("errors", None, names, [_cells([*error, "Try again."]) for error in page.errors])
    return [
        Text(lines["updated"].format(UPDATED)),
        Text(page.title, "title"),
        *section("function", Text("It lists lamps.")),
        *permissions,
        *section("uri", Text(f"{METHOD} {PATH}", "sample"), *parameters("path", "query")),
        *section("request", *parameters("header", "body")),
        *section("response", *responses),
        *section("request example", Text(f"{METHOD} https://{{endpoint}}{PATH}", "sample")),
        *section("response example", Text(lines["status"].format(200)), _example(page)),
        *section("code", Text(code, "sample")),
        *section("statuses", Table("statuses", None, [columns["status"], columns["description"]], statuses)),
        *section("errors", *([errors] if errors.rows else [])),
        *section("end", Text("| a | table | that is none |")),
    ]


def _cells(texts: Iterable[object]) -> list[Cell]:
    return [(str(text),) for text in texts]


def _example(page: Page) -> Text:
    return Text(json.dumps(_value(page.response), indent=2, ensure_ascii=False), "json")


def _value(fields: tuple[Field, ...]) -> Any:
    found: dict[str, Any] = {}
    for field in fields:
        value = _value(field.fields) if field.kind == "object" else field.example
        found[field.name] = [value] if field.is_array else value
    return found


def _huawei_type(field: Field) -> str:
    if field.kind != "object":
        return f"Array of {field.kind}s" if field.is_array else TYPES[field.kind][0]
    if field.is_array:
        return f"Array of {field.schema or field.name} objects"
    return f"{field.schema} object" if field.schema else "Object"


def _in_one_table(page: Page, style: Style) -> list[Part]:
    words = WORDS[style.language]
    headings = words["headings"]

    def section(name: str, *parts: Part) -> list[Part]:
        return [Text(words["flat_sections"][name], "section"), *parts]

    def rows(fields: tuple[Field, ...], flag: Callable[[Field], list[Cell]]) -> Iterator[list[Cell]]:
        for field in fields:
            kind = f"array<{field.kind}>" if field.is_array else field.kind
            example = {"object": ""}.get(field.kind, json.dumps(field.example).strip('"'))
            yield [(field.name,), (kind,), *flag(field), style.description(field), (example,)]
            if field.is_array and field.schema:
                yield [(field.schema,), ("object",), ("",), ("",)]
            yield from rows(field.fields, flag)

    permissions: list[Part] = []
    for action, level, resource, condition in page.permissions:
        cells = _cells([action, level, f"*{resource}", condition, "none"])
        permissions = section("authorization", Table("permission", None, headings["flat permission"], [cells]))
    request = list(rows(page.parameters["query"], lambda field: [style.flag(field)]))
    response = [_cells(["", "object", "", ""]), *rows(page.response, lambda _: [])]
    return [
        Text(page.title, "title"),
        Text(words["lines"]["flat updated"].format(UPDATED)),
        *permissions,
        *section("request", Table("request", None, headings["flat request"], request)),
        *section("response", Table("response", None, headings["flat response"], response)),
        *section("examples", *section("example", Text("JSONformat"), _example(page))),
        *section("errors", Table("errors", None, headings["flat errors"], list(map(_cells, page.errors)))),
    ]


def facts_of(page: Page, style: Style) -> dict[str, Aspects]:
    """Return all facts of a page. On a flat page, each field has an example, and no line has the path."""
    found: dict[str, Aspects] = {
        "title": {"title": page.title},
        "page": {"updated": UPDATED},
        "operation id": {"operationId": page.operation_id},
        "example 200": {"example": _value(page.response)},
        **{f"status {status}": _wording(text) for status, text in page.statuses.items()},
        **{f"error {status} {code}": {"message": message} for status, code, message, _ in page.errors},
    }
    if not page.is_flat:
        found |= {"operation": {"method": METHOD, "path": PATH}, "server": {"host": "https://{endpoint}"}}
    for action, level, resource, condition in page.permissions:
        permission = {"action": action, "access-level": level, "resources": [resource], "condition-keys": [condition]}
        found["permission"] = permission
    return found | _facts_of_fields(page, style)


def _facts_of_fields(page: Page, style: Style) -> dict[str, Aspects]:
    found: dict[str, Aspects] = {}

    def add(parent: str, fields: tuple[Field, ...]) -> None:
        """Add the facts of the fields below a place."""
        for field in fields:
            place = f"{parent}{'.' if ' ' in parent else ' '}{field.name}"
            value = TYPES[field.kind][1] | ({"schema": field.schema} if field.schema else {})
            found[place] = {**({"type": "array"} if field.is_array else value), **field.stated}
            found[place] |= _wording("\n".join(style.description(field)))
            if page.is_flat and field.kind != "object":
                found[place]["example"] = field.example
            if parent in {"path", "query", "header"} and style.has_flags:
                found[place]["required"] = field.mandatory
            elif parent.startswith("body") and style.has_flags and field.mandatory:
                found[parent].setdefault("required", []).append(field.name)
            if field.is_array:
                found[f"{place}[]"] = value
            add(f"{place}[]" if field.is_array else place, field.fields)

    bodies = {str(status): page.response if status == 200 else page.error_fields for status in page.statuses}
    for root, fields in {**page.parameters, **bodies}.items():
        if fields and (root == "body" or root.isdigit()):
            found[root] = {"type": "object"}
        add(root, fields)
    return found


def _wording(text: str) -> Aspects:
    return {} if wording_of(text) is None else {"wording": wording_of(text)}


COLOURS: Final = {"enum": ["red", "sea-green", "blue"], "default": "red"}
COUNTS: Final = {"minimum": 1, "maximum": 2_000, "default": 100}
COLOUR: Final = Field("colour", stated=COLOURS, example="red", definition="Which colour it has.")
COUNT: Final = Field("limit", "integer", COUNTS, example=20, definition="How many lamps a page has.")
LAMPS: Final = (
    COLOUR,
    Field("watts", "double", example="1.5", definition="How much it takes."),
    Field("tags", is_array=True),
)
LAMP_FILTER: Final = Field("filter", "object", mandatory=True, schema="LampFilter", fields=(Field("lamp_id"),))
BY_TABLES: Final = Page(
    "Listing Lamps",
    "ListLamps",
    parameters={
        "path": (Field("house_id", mandatory=True),),
        "query": (COUNT, attrs.evolve(COLOUR, mandatory=True)),
        "header": (Field("X-Lamp-Token", mandatory=True),),
        "body": (LAMP_FILTER, Field("is_lit", "boolean")),
    },
    response=(
        Field("lamps", "object", is_array=True, schema="Lamp", fields=LAMPS),
        Field("page_info", "object", fields=(Field("current_count", "long", example=3),)),
    ),
    error_fields=(Field("error_code"),),
    statuses={200: "All is well.", 404: "No such house."},
    errors=[(404, "LAMP.0404", "there is no such house", "The house was sold.")],
    permissions=[("lamp:houses:list", "List", "house", "g:LampTag/<tag-key>")],
)
LAMP_DATA: Final = (attrs.evolve(COLOUR, name="Hue"), Field("IsLit", "boolean", example=True, definition="Lit?"))
IN_ONE_TABLE: Final = Page(
    "Lamp Centre:DescribeLampLeakList",
    "DescribeLampLeakList",
    is_flat=True,
    parameters={
        "query": (
            attrs.evolve(COLOUR, name="Colour", example="sea-green"),
            attrs.evolve(COUNT, name="PageSize", mandatory=True),
        )
    },
    response=(
        Field("RequestId", example="0A1B-2C"),
        Field("LampList", "object", is_array=True, schema="LampData", fields=LAMP_DATA),
        Field("TotalCount", "long", example=7),
    ),
    statuses={200: "", 400: "", 403: ""},
    errors=[(400, "NoPermission", "no permission", "-"), (403, "LampNotFound", "the lamp is gone.", "Look elsewhere.")],
    permissions=[("lamps:DescribeLampLeakList", "get", "LampHouse", "lamps:Colour")],
)
_DEFINITIONS: Final = (
    "Which of them is meant.",
    "Name of the lamp, as a person gave it; any text.",
    "Whether someone is at home (or was, yesterday).",
)
_EXAMPLES: Final = {"string": "sample 1", "integer": 12, "long": 1_600_000_000_000, "boolean": True}
_VALUES: Final = st.sampled_from(("lit", "unlit", "half-lit", "BROKEN", "Gone_1"))
_ENUMS: Final = st.fixed_dictionaries({"enum": st.lists(_VALUES, min_size=2, unique=True)})
_BOUNDS: Final = st.fixed_dictionaries(
    {"minimum": st.integers(0, 50), "maximum": st.integers(51, 999_999), "default": st.integers(0, 9_999)}
)
_STATED: Final[dict[str, st.SearchStrategy[Aspects]]] = {"string": _ENUMS, "integer": _BOUNDS, "long": _BOUNDS}
_WORDS: Final = ("lamp", "house", "door", "roof", "wall", "garden", "stair", "kitchen", "cellar", "window", "floor")


@st.composite
def random_pages(draw: st.DrawFn, *, are_flat: bool) -> Page:
    """Draw pages that differ in their fields and statuses from the one that was made by hand."""
    names = [f"{word}_{number}" for number in range(9) for word in _WORDS]
    if are_flat:
        names = [name.replace("_", "").title() for name in names]

    def scalar(name: str) -> Field:
        kind = draw(st.sampled_from(sorted(_EXAMPLES)))
        stated = draw(st.just({}) | _STATED.get(kind, st.just({})))
        definition = draw(st.sampled_from(_DEFINITIONS))
        return Field(name, kind, stated, draw(st.booleans()), _EXAMPLES[kind], definition=definition)

    def scalars(most: int) -> tuple[Field, ...]:
        return tuple(scalar(names.pop()) for _ in range(draw(st.integers(1, most))))

    def tree(depth: int) -> tuple[Field, ...]:
        fields = []
        for _ in range(draw(st.integers(1, 3))):
            name = names.pop()
            if not depth or draw(st.booleans()):
                fields.append(scalar(name))
                continue
            is_array = draw(st.booleans())
            has_schema = is_array or (not are_flat and draw(st.booleans()))
            schema = f"{name.title().replace('_', '')}Data" if has_schema else None
            fields.append(Field(name, "object", is_array=is_array, schema=schema, fields=tree(depth - 1)))
        return tuple(fields)

    if are_flat:
        return attrs.evolve(IN_ONE_TABLE, parameters={"query": scalars(3)}, response=tree(2))
    house = (Field("house_id", mandatory=draw(st.booleans())),)
    parameters = {"path": house, "query": scalars(2), "header": (scalar("X-Lamp-Token"),)}
    if draw(st.booleans()):
        parameters["body"] = tree(1)
    statuses = BY_TABLES.statuses | draw(st.dictionaries(st.sampled_from((400, 401, 500)), st.just("Not good.")))
    page = attrs.evolve(BY_TABLES, parameters=parameters, statuses=statuses)
    return attrs.evolve(page, response=tree(2), error_fields=scalars(2))

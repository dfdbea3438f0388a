"""A model of an operation's page, and the facts that must be read from it in every layout."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, TypeAlias

import attrs

from toolchain.pages.facts import wording_of

Language: TypeAlias = Literal["en", "zh", "zh-Hant", "es", "pt"]
Cell: TypeAlias = tuple[str, ...]
Aspects: TypeAlias = dict[str, Any]
OPENAPI: Final[dict[str, Aspects]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer", "format": "int32"},
    "long": {"type": "integer", "format": "int64"},
    "double": {"type": "number", "format": "double"},
    "boolean": {"type": "boolean"},
    "object": {"type": "object"},
}


@attrs.frozen
class Description:
    """A description: a definition in two scripts, and the constraints that rules can read."""

    en: str = "What the tests are about."
    zh: str = "测试所需的内容。"
    minimum: int | None = None
    maximum: int | None = None
    default: int | str | None = None
    values: tuple[str, ...] = ()

    def definition(self, language: Language) -> str:
        return self.zh if language.startswith("zh") else self.en

    def aspects(self) -> Aspects:
        known = {"minimum": self.minimum, "maximum": self.maximum, "default": self.default}
        return {
            **{name: value for name, value in known.items() if value is not None},
            **({"enum": list(self.values)} if self.values else {}),
        }


@attrs.frozen
class Field:
    """A parameter or a field; if `is_array`, kind and schema are those of its elements."""

    name: str
    kind: str = "string"
    description: Description = Description()
    mandatory: bool = False
    example: Any = "sample 1"
    is_array: bool = False
    schema: str | None = None
    fields: tuple[Field, ...] = ()

    def types(self, *, with_schema: bool) -> tuple[Aspects, Aspects | None]:
        """Return the aspects of its type, and those of its elements."""
        own = {**OPENAPI[self.kind], **({"schema": self.schema} if with_schema and self.schema else {})}
        return ({"type": "array"}, own) if self.is_array else (own, None)


class ErrorCode(NamedTuple):
    """A row of the table of errors."""

    status: int
    code: str
    message: str
    description: str = "-"


class Permission(NamedTuple):
    """The permission that a caller needs."""

    action: str
    level: str
    resource: str
    condition: str | None = None


@attrs.frozen
class Page:
    """The page of an operation."""

    title: str = "Listing Lamps"
    operation_id: str = "ListLamps"
    updated: str = "2025-03-04"
    method: str = "POST"
    path: str = "/v9/{house_id}/lamps"
    parameters: dict[str, tuple[Field, ...]] = attrs.field(factory=dict)
    response: tuple[Field, ...] = ()
    error_fields: tuple[Field, ...] = ()
    statuses: tuple[tuple[int, str, str], ...] = ((200, "All is well.", "一切正常。"),)
    errors: tuple[ErrorCode, ...] = ()
    permission: Permission | None = None

    def example(self) -> Any:
        return example_of(self.response)


def example_of(fields: tuple[Field, ...]) -> Any:
    found: dict[str, Any] = {}
    for field in fields:
        value = example_of(field.fields) if field.kind == "object" else field.example
        found[field.name] = [value] if field.is_array else value
    return found


def with_wording(aspects: Aspects, description: Cell) -> Aspects:
    wording = wording_of("\n".join(description))
    return aspects if wording is None else {**aspects, "wording": wording}


Described: TypeAlias = "dict[str, Cell]"
"""The written description of each field, by the field's name."""


def parameter_facts(page: Page, described: Described, *, has_flags: bool, with_example: bool) -> dict[str, Aspects]:
    """Return the facts of the parameters outside the body."""
    found: dict[str, Aspects] = {}
    for place, fields in page.parameters.items():
        for field in fields if place != "body" else ():
            required = {"required": field.mandatory} if has_flags else {}
            example = {"example": field.example} if with_example else {}
            aspects = {**field.types(with_schema=True)[0], **field.description.aspects(), **required, **example}
            found[f"{place} {field.name}"] = with_wording(aspects, described[field.name])
    return found


def table_facts(
    root: str, fields: tuple[Field, ...], described: Described, *, has_flags: bool = False
) -> dict[str, Aspects]:
    """Return the facts of a body whose objects have a table each."""
    found: dict[str, Aspects] = {root: {"type": "object"}}

    def take(parent: str, prefix: str, inner: tuple[Field, ...]) -> None:
        for field in inner:
            own, items = field.types(with_schema=True)
            place = f"{prefix}{field.name}"
            found[place] = with_wording({**own, **field.description.aspects()}, described[field.name])
            if items is not None:
                found[f"{place}[]"] = dict(items)
            if field.mandatory and has_flags:
                found[parent].setdefault("required", []).append(field.name)
            if field.fields:
                element = f"{place}[]" if items is not None else place
                take(element, f"{element}.", field.fields)

    take(root, f"{root} ", fields)
    return found


def flat_facts(fields: tuple[Field, ...], described: Described) -> dict[str, Aspects]:
    """Return the facts of a body in one table, where a row after an array describes its elements."""
    found: dict[str, Aspects] = {"200": {"type": "object"}}

    def take(prefix: str, inner: tuple[Field, ...]) -> None:
        for field in inner:
            own, items = field.types(with_schema=False)
            place = f"{prefix}{field.name}"
            shown = {} if field.kind == "object" else {"example": field.example}
            found[place] = with_wording({**own, **field.description.aspects(), **shown}, described[field.name])
            if items is not None:
                named = {"schema": field.schema} if field.kind == "object" and field.schema else {}
                found[f"{place}[]"] = {**items, **named}
            take(f"{place}[]." if items is not None else f"{place}.", field.fields)

    take("200 ", fields)
    return found

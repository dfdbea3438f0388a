"""A model of an operation's page, and the facts that every layout of it states."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, TypeAlias

import attrs

from toolchain.pages.facts import wording_of

Language: TypeAlias = Literal["en", "zh", "zh-Hant", "es", "pt"]
Cell: TypeAlias = tuple[str, ...]
Aspects: TypeAlias = dict[str, Any]
Described: TypeAlias = dict[str, Cell]
"""The written description of each field, by the field's name."""
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
    """A definition, and the constraints that rules can read. In Chinese, all definitions are the same."""

    text: str = "What the tests are about."
    minimum: int | None = None
    maximum: int | None = None
    default: int | str | None = None
    values: tuple[str, ...] = ()

    def definition(self, language: Language) -> str:
        return "测试所需的内容。" if language.startswith("zh") else self.text

    def aspects(self) -> Aspects:
        bounds = {"minimum": self.minimum, "maximum": self.maximum, "default": self.default}
        known = {**bounds, "enum": list(self.values) or None}
        return {name: value for name, value in known.items() if value is not None}


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

    def types(self) -> tuple[Aspects, Aspects | None]:
        """Return the aspects of its type, and those of its elements."""
        own = {**OPENAPI[self.kind], **({"schema": self.schema} if self.schema else {})}
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
    statuses: tuple[tuple[int, str], ...] = ((200, "All is well."),)
    errors: tuple[ErrorCode, ...] = ()
    permission: Permission | None = None


def example_of(fields: tuple[Field, ...]) -> Any:
    found: dict[str, Any] = {}
    for field in fields:
        value = example_of(field.fields) if field.kind == "object" else field.example
        found[field.name] = [value] if field.is_array else value
    return found


def facts_of(page: Page, described: Described, *, in_one_table: bool, has_flags: bool) -> dict[str, Aspects]:
    """Return all facts of a page. With all rows in one table, each field has an example, and no line has the path."""
    found: dict[str, Aspects] = {
        "title": {"title": page.title},
        "page": {"updated": page.updated},
        "operation id": {"operationId": page.operation_id},
        "example 200": {"example": example_of(page.response)},
        **_parameter_facts(page, described, has_flags=has_flags, has_examples=in_one_table),
        **{f"error {one.status} {one.code}": {"message": one.message} for one in page.errors},
        **({} if page.permission is None else {"permission": _permission_facts(page.permission)}),
    }
    if in_one_table:
        found |= {f"status {code}": {} for code in (200, *(one.status for one in page.errors))}
        return found | _body_facts("200", page.response, described, has_examples=True)
    found |= {"operation": {"method": page.method, "path": page.path}, "server": {"host": "https://{endpoint}"}}
    for code, text in page.statuses:
        found[f"status {code}"] = _with_wording({}, (text,))
        found |= _body_facts(str(code), page.response if code == 200 else page.error_fields, described)
    return found | _body_facts("body", page.parameters.get("body", ()), described, has_flags=has_flags)


def _permission_facts(permission: Permission) -> Aspects:
    return {
        "action": permission.action,
        "access-level": permission.level,
        "resources": [permission.resource],
        "condition-keys": [permission.condition] if permission.condition else [],
    }


def _with_wording(aspects: Aspects, description: Cell) -> Aspects:
    wording = wording_of("\n".join(description))
    return aspects if wording is None else {**aspects, "wording": wording}


def _parameter_facts(page: Page, described: Described, *, has_flags: bool, has_examples: bool) -> dict[str, Aspects]:
    """Return the facts of the parameters outside the body."""
    found: dict[str, Aspects] = {}
    for location, fields in page.parameters.items():
        for field in fields if location != "body" else ():
            required = {"required": field.mandatory} if has_flags else {}
            example = {"example": field.example} if has_examples else {}
            aspects = {**field.types()[0], **field.description.aspects(), **required, **example}
            found[f"{location} {field.name}"] = _with_wording(aspects, described[field.name])
    return found


def _body_facts(
    root: str, fields: tuple[Field, ...], described: Described, *, has_flags: bool = False, has_examples: bool = False
) -> dict[str, Aspects]:
    found: dict[str, Aspects] = {root: {"type": "object"}} if fields else {}

    def add(parent: str, inner: tuple[Field, ...]) -> None:
        for field in inner:
            own, items = field.types()
            place = f"{parent}.{field.name}" if " " in parent else f"{parent} {field.name}"
            example = {"example": field.example} if has_examples and field.kind != "object" else {}
            found[place] = _with_wording({**own, **field.description.aspects(), **example}, described[field.name])
            if items is not None:
                found[f"{place}[]"] = items
            if field.mandatory and has_flags:
                found[parent].setdefault("required", []).append(field.name)
            add(place if items is None else f"{place}[]", field.fields)

    add(root, fields)
    return found

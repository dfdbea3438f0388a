"""The specs as data, and a JSON Schema validator that knows their components."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from toolchain.document import SPECS, Document, LocatedOperation, load, operations, resolved, spec_files

DOCUMENTS: dict[str, Document] = {file.stem: load(file) for file in spec_files(SPECS)}
SPEC_OPERATIONS: dict[str, tuple[str, LocatedOperation]] = {
    f"{package}.{place.operation['operationId']}": (package, place)
    for package, document in DOCUMENTS.items()
    for place in operations(document)
}
"""The spec of each operation and its location there, by the operation's full name."""


def operation_of(package: str, operation_id: str) -> Document:
    return next(
        place.operation for place in operations(DOCUMENTS[package]) if place.operation["operationId"] == operation_id
    )


def expanded(package: str, schema: Document) -> Document:
    """Return a schema of a spec, with its reference resolved."""
    return resolved(DOCUMENTS[package], schema)


def schema_errors(package: str, schema: Document, value: Any) -> list[str]:
    """Return the errors of a value, validated by a schema of the spec."""
    root = schema | {"components": DOCUMENTS[package].get("components", {})}
    checker = Draft202012Validator.FORMAT_CHECKER
    return [error.message for error in Draft202012Validator(root, format_checker=checker).iter_errors(value)]

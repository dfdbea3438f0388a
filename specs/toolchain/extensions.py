"""The extensions that specs may use, with the JSON Schema of each value. `specs/README.md` explains them."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string", "minLength": 1}
_TEXTS: Final = {"type": "array", "items": _TEXT}

CONSTRAINTS: Final = ("exactly-one-of", "at-least-one-of", "at-most-one-of")
"""The kinds of constraints on several parameters."""
ASPECTS: Final = frozenset(
    {"characters", "default", "deprecated", "enum", "example", "format", "host", "keys", "maxItems", "maxLength"}
    | {"maximum", "meaning", "message", "method", "minItems", "minLength", "minimum", "nullable", "operationId"}
    | {"path", "pattern", "permission", "place", "presence", "range", "required", "schema", "type", "unit", "valuesOf"}
)
"""The aspects of a reading: keywords of OpenAPI, and other facts that a page states about a leaf."""


def _record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = required | (optional or {})
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


EXTENSIONS: Final[dict[str, dict[str, Any]]] = {
    "x-authorization": _record(
        {"action": _TEXT, "access-level": _TEXT, "resources": _TEXTS, "condition-keys": _TEXTS},
    ),
    "x-enum-descriptions": _TEXTS,
    "x-array": {"const": "numbered"},
    "x-client-setting": {"const": True},
    "x-constraints": {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "propertyNames": {"enum": list(CONSTRAINTS)},
            "additionalProperties": {**_TEXTS, "minItems": 2, "uniqueItems": True},
            "minProperties": 1,
            "maxProperties": 1,
        },
    },
    "x-error-codes": {"type": "array", "minItems": 1, "items": _record({"code": _TEXT, "message": _TEXT})},
    "x-idempotent": {"enum": [True, False, "delete"]},
    "x-page": _record(
        {
            "title": _TEXT,
            "updated": {"type": ["string", "null"]},
            "language": _TEXT,
            "edition": _TEXT,
            "capture": _TEXT,
        },
        {"url": {"type": "string", "pattern": "^https://[!-~]+$"}},
    ),
    "x-paging": _record(
        {
            "style": {"enum": ["marker", "offset", "page-number"]},
            "items": _TEXT,
            "key": _TEXT,
            "step": _TEXT,
            "size": _TEXT,
        },
        {
            "page-size": {"type": "integer", "minimum": 1},
            "more": _TEXT,
            "next": _TEXT,
            "page": _TEXT,
            "total": _TEXT,
            "empty-page-is-last": {"type": "boolean"},
        },
    ),
    "x-range": _record({"minimum": _TEXT, "maximum": _TEXT}),
    "x-reading": {
        "type": "array",
        "minItems": 1,
        "items": _record(
            {"aspect": {"enum": sorted(ASPECTS)}, "page": {}, "taken": {}, "why": _TEXT},
            {"since": _TEXT, "operation": _TEXT},
        ),
    },
    "x-regions": _TEXTS,
    "x-unit": {
        "enum": [
            *("milliseconds", "seconds", "minutes", "hours", "days"),
            *("bytes", "kilobytes", "megabytes", "gigabytes", "terabytes"),
        ]
    },
}
"""The JSON Schema of each extension's value, by the extension's name."""

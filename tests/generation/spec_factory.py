"""A small spec that generates, for tests to damage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def small_spec() -> dict[str, Any]:
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/FakeResponse"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Small", "version": "1", "description": "A small API."},
        "servers": [{"url": "https://api.example"}],
        "paths": {"/things/{thing_id}": {"get": operation("ShowThing", answer)}},
        "components": {
            "schemas": {
                "Kind": {"type": "string", "enum": ["good", "bad"], "description": "A kind."},
                "FakeResponse": {
                    "type": "object",
                    "description": "An answer.",
                    "properties": {
                        "kind": {"$ref": "#/components/schemas/Kind", "description": "Its kind."},
                        "text": {"type": "string", "description": "Its text."},
                    },
                },
            }
        },
    }


def operation(name: str, content: dict[str, Any], path_parameter: str = "thing_id") -> dict[str, Any]:
    return {
        "operationId": name,
        "tags": ["things"],
        "summary": "Show a thing",
        "description": "Shows a thing.",
        "parameters": [
            {
                "name": path_parameter,
                "in": "path",
                "required": True,
                "description": "Which one.",
                "schema": {"type": "string"},
            },
            {
                "name": "kind",
                "in": "query",
                "description": "Of which kind.",
                "schema": {"$ref": "#/components/schemas/Kind"},
            },
            {
                "name": "x-action",
                "in": "header",
                "required": True,
                "description": "The action.",
                "schema": {"type": "string", "enum": ["Show"], "default": "Show"},
            },
        ],
        "responses": {"200": {"description": "A thing.", "content": content}},
    }


def write_spec(folder: Path, document: Any, name: str = "small.yaml") -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(document), encoding="utf-8")
    return folder


def show(document: dict[str, Any]) -> dict[str, Any]:
    """Return the one operation of the small spec."""
    found: dict[str, Any] = document["paths"]["/things/{thing_id}"]["get"]
    return found


def tree(folder: Path) -> dict[str, bytes]:
    """Return what the files of a folder hold, by their names."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }

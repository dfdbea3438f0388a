"""A small spec that generates, for tests to damage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path


SMALL = """
openapi: 3.1.0
info: {title: Small, version: "1", description: A small API.}
servers: [{url: https://api.example}]
paths:
  /things/{thing_id}:
    get:
      operationId: ShowThing
      tags: [things]
      summary: Show a thing
      description: Shows a thing.
      parameters:
      - {name: thing_id, in: path, required: true, description: Which one., schema: {type: string}}
      - {name: kind, in: query, description: Of which kind., schema: {$ref: "#/components/schemas/Kind"}}
      - name: x-action
        in: header
        required: true
        description: The action.
        schema: {type: string, enum: [Show], default: Show}
      responses:
        "200":
          description: A thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/FakeResponse"}}}
components:
  schemas:
    Kind: {type: string, enum: [good, bad], description: A kind.}
    FakeResponse:
      type: object
      description: An answer.
      properties:
        kind: {$ref: "#/components/schemas/Kind", description: Its kind.}
        text: {type: string, description: Its text.}
"""


def small_spec() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(SMALL)
    return document


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

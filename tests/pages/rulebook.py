"""The report that each edit of a page must cause, written by hand and read from the spec's YAML without the tool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from pages.rows import Page

SEVERITIES: Final = {
    # what is edited: (of a request, of a response)
    "added": ("addition", "addition"),
    "added mandatory": ("breaking", "addition"),
    "removed": ("breaking", "breaking"),
    "renamed": ("breaking", "breaking"),
    "type": ("breaking", "breaking"),
    "int64 to int32": ("breaking", "addition"),
    "int32 to int64": ("addition", "addition"),
    "default": ("breaking", "addition"),
    "narrower": ("breaking", "addition"),
    "wider": ("addition", "addition"),
    "value added": ("addition", "addition"),
    "value removed": ("breaking", "breaking"),
    "values introduced": ("breaking", "addition"),
    "now mandatory": ("breaking", "breaking"),
    "now optional": ("addition", "addition"),
    "unit": ("breaking", "breaking"),
    "type name": ("breaking", "breaking"),
    "deprecated": ("addition", "addition"),
    "example": ("wording", "wording"),
    "status": ("addition", "addition"),
    "success removed": ("breaking", "breaking"),
    "error": ("addition", "addition"),
    "message": ("wording", "wording"),
    "operation": ("breaking", "breaking"),
}
"""The effect of each edit on callers if the spec has no reading."""
_REQUEST: Final = ("path", "query", "header", "body")


@attrs.frozen
class Expected:
    """A change that must be reported, with the pointers at or below which it may be."""

    kind: str
    place: str
    aspect: str
    before: Any
    after: Any
    severity: str
    pointers: tuple[str, ...]
    noted: bool


def changed(  # noqa: PLR0913, PLR0917 - a sentence of six words
    page: Page, rule: str, place: str, aspect: str, before: Any, after: Any
) -> Expected:
    """Return the expected report of a changed aspect, given the readings of the spec."""
    severity, nodes = _severity(rule, place), list(_nodes(page, place))
    readings = [one for _, node in nodes for one in node.get("x-reading", []) if one["aspect"] == aspect]
    taken = readings[-1]["taken"] if readings else None
    # A value that a reading takes stays whatever the page states. A reading that takes none shows callers what the page
    # states, unless that is nothing any more.
    severity = "wording" if readings and (taken is not None or after is None) else severity
    return Expected("changed", place, aspect, before, after, severity, _pointers(nodes), bool(readings))


def whole(page: Page, rule: str, kind: str, place: str, after: str | None = None) -> Expected:
    """Return the expected report of a place that was added, removed or renamed."""
    nodes = list(_nodes(page, place)) if kind != "added" else list(_nodes(page, _home(page, place)))
    old, new = (place, after) if kind == "renamed" else (None, None)
    return Expected(kind, place, "presence", old, new, _severity(rule, place), _pointers(nodes), noted=False)


def _severity(rule: str, place: str) -> str:
    return SEVERITIES[rule][0 if place.split(maxsplit=1)[0] in _REQUEST else 1]


def _pointers(nodes: list[tuple[str, Any]]) -> tuple[str, ...]:
    return tuple(pointer for pointer, _ in nodes)


def _home(page: Page, place: str) -> str:
    """Return the place that will contain a new one."""
    kind, _, name = place.partition(" ")
    if kind in _REQUEST:
        return "parameters"
    if kind == "error" and f"status {name[:3]}" in page.facts.by_place():
        return f"status {name[:3]}"
    if kind in {"error", "status"}:
        return "responses"
    return place.rpartition(".")[0] if "." in place else kind


def _nodes(page: Page, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the nodes of the spec for a place, with their pointers: first itself, then what it refers to."""
    document = page.spec.document
    path, verb, operation = next(
        (path, verb, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if isinstance(operation, dict) and operation.get("operationId") == page.operation
    )
    at = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/{verb}"
    kind, _, name = place.partition(" ")
    if kind in {"operation", "parameters", "responses"}:
        yield at, operation
    elif kind in _REQUEST:
        yield from _parameter(document, at, operation, kind, name)
    elif kind in {"status", "error", "example"}:
        yield from _resolved(document, f"{at}/responses/{name[:3]}", operation["responses"][name[:3]])
    else:
        yield from _field(document, f"{at}/responses/{kind}", operation["responses"][kind], name)


def _parameter(document: Any, at: str, operation: Any, kind: str, name: str) -> Iterator[tuple[str, Any]]:
    for index, parameter in enumerate(operation.get("parameters", [])):
        if (parameter["in"], parameter["name"]) == (kind, name):
            yield from _resolved(document, f"{at}/parameters/{index}", parameter)
            yield from _resolved(document, f"{at}/parameters/{index}/schema", parameter["schema"])
    for scheme, node in document.get("components", {}).get("securitySchemes", {}).items():
        if (node.get("in"), node.get("name")) == (kind, name):
            yield f"#/components/securitySchemes/{scheme}", node


def _field(document: Any, at: str, response: Any, name: str) -> Iterator[tuple[str, Any]]:
    at, response = list(_resolved(document, at, response))[-1]
    media, content = next(iter(response["content"].items()))
    nodes = list(_resolved(document, f"{at}/content/{media.replace('/', '~1')}/schema", content["schema"]))
    for part in name.replace("[]", ".[]").split(".") if name else []:
        at, node = nodes[-1]
        step, inner = ("items", node["items"]) if part == "[]" else (f"properties/{part}", node["properties"][part])
        nodes = list(_resolved(document, f"{at}/{step}", inner))
    yield from nodes


def _resolved(document: Any, at: str, node: Any) -> Iterator[tuple[str, Any]]:
    yield at, node
    while "$ref" in node:
        at, node = node["$ref"], document
        for token in at.split("/")[1:]:
            node = node[token.replace("~1", "/").replace("~0", "~")]
        yield at, node


@attrs.frozen
class Edit:
    """An edit of a page, and everything that must be reported; nothing for a cosmetic edit.

    The exception: readings of meaning whose words changed must be read again.
    """

    kind: str
    page: Page
    what: str
    content: bytes
    expected: tuple[Expected, ...] = ()
    reread: frozenset[str] = frozenset()


def meanings(page: Page, place: str) -> frozenset[str]:
    """Return the readings of the meaning of words at a place."""
    readings = (one for _, node in _nodes(page, place) for one in node.get("x-reading", []))
    return frozenset(one["why"] for one in readings if one["aspect"] == "meaning")


def edit(kind: str, page: Page, what: str, text: str, *expected: Expected) -> Edit:
    assert text != page.text(), f"{kind}: {what}: nothing was edited"
    return Edit(kind, page, what, text.encode(), expected)

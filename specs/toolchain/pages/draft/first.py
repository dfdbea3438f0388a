"""Draft a new spec, or one more operation of a spec, from a page: all that the page states, and nothing else.

What no page states is marked for a person: descriptions, hosts, authentication. `nox -s pages` fails until the last
mark is gone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from toolchain.document import operations
from toolchain.gaps import TO_WRITE, decision_mark
from toolchain.pages.draft.additions import Additions
from toolchain.pages.draft.marks import marked, unplaced
from toolchain.pages.draft.readings import add_reading, settle_shared
from toolchain.pages.draft.rpc import add_rpc_headers
from toolchain.pages.draft.writing import editable, text_of, written
from toolchain.pages.facts import Fact, PageError
from toolchain.pages.prove.round_trip import dumped, round_trip
from toolchain.pages.prove.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolchain.pages.draft.origin import Origin
    from toolchain.pages.facts import PageFacts

_SERVER: Final = "https://to-be-described.invalid"
_HEAD: Final = f"""\
openapi: 3.1.0
info:
  title: {TO_WRITE}
  version: {TO_WRITE}
  description: {TO_WRITE}
  license:
    name: MIT
    identifier: MIT
servers:
  - url: {_SERVER}
    description: {TO_WRITE}
security: [] # {TO_WRITE}
"""
_OF_STATUS: Final = frozenset({"status", "error", "example", "response-header"})
_ADDED: Final = frozenset({"query", "path", "header", "response-header", "error", "example", "permission"})
_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")
_NO_NAME: Final = re.compile(r"[^a-z0-9]+")


def first_draft(file: Path, operation: str, page: PageFacts, origin: Origin) -> None:
    """Write a new spec, or add an operation to an existing one.

    Args:
        file: The spec.
        operation: The vendor's name of the operation.
        page: The facts of its page.
        origin: The address of the page.

    Raises:
        PageError: The spec has the operation or another one at its path, or can't express the page.
        SpecError: The spec is unreadable, or can't hold the operation.
    """
    facts = page.by_place()
    _refuse_forms(facts)
    spec = read_spec(file) if file.exists() else None
    before = None if spec is None else text_of(file)
    document = _new_document(facts) if before is None else editable(before)
    node = _operation(facts, operation, origin)
    method, path = _method_and_path(facts, node)
    item = document["paths"].setdefault(path, CommentedMap())
    if method in item:
        raise PageError(f"{file.name} already has {item[method]['operationId']} at the path of {operation}")
    if method != "get":
        node["x-idempotent"] = decision_mark("true, false or delete: the effect of a repeated call")
    item[method] = node
    node["parameters"], node["responses"] = CommentedSeq(), CommentedMap()
    node["tags"] = CommentedSeq([_tag(document, file, path)])
    node["tags"].fa.set_flow_style()
    left = _add_facts(document, node, facts)
    _add_path_parameters(node, path)
    _take_settings(document, node)
    if not node["parameters"]:
        del node["parameters"]
    settle_shared(document, operation, facts, [] if spec is None else spec.operations())
    left += unplaced(document, operation, facts)
    after = dumped(document) if before is None else written(before, document)
    file.write_bytes(marked(after, operation, page, dict.fromkeys(page.unread), left).encode("utf-8"))


def _refuse_forms(facts: Mapping[str, Fact]) -> None:
    """Refuse forms: nothing is generated for them, so a client would send less than the page requires."""
    for place in facts:
        if place.startswith("formdata "):
            raise PageError(f"{place}: it is sent as a form, but a spec can only express JSON bodies")


def operation_named(page: PageFacts, name: str | None) -> str:
    """Return the vendor's name of the operation.

    Args:
        page: The facts of the page.
        name: The name that the caller gives; None for the name on the page.

    Raises:
        PageError: Neither names it.
    """
    fact = page.by_place().get("operation id")
    if name is None and fact is None:
        raise PageError("the page doesn't name the operation: give its name in the vendor's SDK with --operation")
    return name or str(fact.aspects["operationId"] if fact else "")


def _new_document(facts: Mapping[str, Fact]) -> Any:
    document = round_trip().load(_HEAD)
    host = facts["server"].aspects["host"] if "server" in facts else None
    add_reading(document["servers"][0], "host", host, taken=_SERVER)
    document["tags"], document["paths"] = CommentedSeq(), CommentedMap()
    document["components"] = CommentedMap(securitySchemes=CommentedMap(), schemas=CommentedMap())
    return document


def _operation(facts: Mapping[str, Fact], operation: str, origin: Origin) -> CommentedMap:
    node = CommentedMap(operationId=operation, tags=CommentedSeq(), summary=TO_WRITE, description=TO_WRITE)
    page = {"title": _aspect(facts, "title", "title") or TO_WRITE, "updated": _aspect(facts, "page", "updated")}
    node["x-page"] = CommentedMap(**page, language=TO_WRITE, edition=TO_WRITE, capture=origin.capture)
    if origin.url is not None:
        node["x-page"]["url"] = origin.url
    if _aspect(facts, "operation id", "operationId") != operation:
        add_reading(node, "operationId", _aspect(facts, "operation id", "operationId"), taken=operation)
    return node


def _aspect(facts: Mapping[str, Fact], place: str, aspect: str) -> Any:
    return facts[place].aspects.get(aspect) if place in facts else None


def _method_and_path(facts: Mapping[str, Fact], node: CommentedMap) -> tuple[str, str]:
    """Return method and path; for a page without them, those of an RPC action, with readings to confirm."""
    method, path = (_aspect(facts, "operation", aspect) for aspect in ("method", "path"))
    if path is None:
        add_reading(node, "method", None, taken="POST")
        add_reading(node, "path", None, taken="/")
        method, path = "POST", f"/#x-acs-action={node['operationId']}"
    return str(method).lower(), str(path)


def _tag(document: Any, file: Path, path: str) -> str:
    """Return the tag of an operation, which names its package: the last segment of the path that isn't a parameter."""
    words = [word for word in _IN_BRACES.sub("", path.partition("#")[0]).split("/") if word]
    name = _NO_NAME.sub("_", words[-1].lower()).strip("_") if words else file.stem
    name = name if name[:1].isalpha() else file.stem
    tags = document.setdefault("tags", CommentedSeq())
    if all(tag["name"] != name for tag in tags):
        tags.append(CommentedMap(name=name, description=TO_WRITE))
    return name


def _add_facts(document: Any, node: CommentedMap, facts: Mapping[str, Fact]) -> list[str]:
    """Add the facts of a page, statuses and their bodies first; return what no rule can place."""
    facts = add_rpc_headers(document, node, facts)
    additions = Additions(document, node, {}, facts)
    for status in sorted(_statuses(facts)):
        additions.add(facts.get(f"status {status}") or Fact(f"status {status}", (1, 1), {}))
        if f"status {status}" not in facts:
            add_reading(node["responses"][status], "presence", None, taken="present")
    for fact in _with_body(facts):
        if fact.place.split()[0] in _ADDED or fact.place == "body":
            additions.add(fact)
    left = [] if any(status < "300" for status in node["responses"]) else ["the page has no success response"]
    return left + additions.left


def _with_body(facts: Mapping[str, Fact]) -> Iterator[Fact]:
    """Yield the facts, the body of the request before its example."""
    yield from (fact for place, fact in facts.items() if place == "body")
    yield from (fact for place, fact in facts.items() if place != "body")


def _statuses(facts: Mapping[str, Fact]) -> set[str]:
    """Return all statuses that a page mentions, even those in examples only."""
    places = (place.split() for place in facts)
    return {
        parts[0] if parts[0].isdigit() else parts[1]
        for parts in places
        if parts[0].isdigit() or (parts[0] in _OF_STATUS and parts[1] != "body")
    }


def _add_path_parameters(node: CommentedMap, path: str) -> None:
    """Add the parameters of the path that no table lists."""
    known = {parameter["name"] for parameter in node["parameters"] if parameter["in"] == "path"}
    for name in _IN_BRACES.findall(path):
        if name not in known:
            parameter = CommentedMap({"name": name, "in": "path", "required": True, "description": TO_WRITE})
            parameter["schema"] = CommentedMap(type="string")
            add_reading(parameter, "presence", None, taken="present")
            node["parameters"].append(parameter)


def _take_settings(document: Any, node: CommentedMap) -> None:
    """Mark parameters as settings of the client if another operation of the spec has them as settings."""
    known = [parameter for place in operations(document) for parameter in place.operation.get("parameters", ())]
    settings = {(one.get("name"), one.get("in")) for one in known if one.get("x-client-setting")}
    for parameter in node["parameters"]:
        if (parameter["name"], parameter["in"]) in settings:
            parameter["x-client-setting"] = True

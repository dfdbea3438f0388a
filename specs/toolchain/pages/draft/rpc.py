"""Draft RPC actions: their pages have no path, and don't list the headers for action and version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap

from toolchain.document import operations
from toolchain.gaps import decision_mark
from toolchain.pages.draft.nodes import flow
from toolchain.pages.draft.readings import add_reading
from toolchain.pages.prove.places import PLACE
from toolchain.pages.prove.proof import PRESENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolchain.pages.facts import Fact

_ACTION: Final = "x-acs-action"
_VERSION: Final = "x-acs-version"
_OLD_ACTION: Final = "query Action"
_WHY: Final = "The V3 request structure sends it in this header, whatever the page states."
_VERSION_IN: Final = re.compile(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)")


def add_rpc_headers(document: Any, node: CommentedMap, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Add the headers for an RPC action and its version; return the remaining facts.

    Args:
        document: The spec.
        node: The operation; edited in place.
        facts: The facts of its page.
    """
    if "operation" in facts:
        return dict(facts)
    action = _constant(_ACTION, str(node["operationId"]))
    old = facts.get(_OLD_ACTION)
    if old is None:
        add_reading(action, "presence", None, PRESENT, _WHY)
    else:
        _map_to_header(action, old)
    version = _constant(_VERSION, _known_version(document) or decision_mark("the version of the API, as YYYY-MM-DD"))
    add_reading(version, "presence", None, PRESENT, _WHY)
    node["parameters"].extend([action, version])
    return {place: fact for place, fact in facts.items() if place != _OLD_ACTION}


def _constant(name: str, value: str) -> CommentedMap:
    described = {_ACTION: "The name of the operation.", _VERSION: "The version of the API."}[name]
    parameter = CommentedMap({"name": name, "in": "header", "required": True, "description": described})
    parameter["schema"] = CommentedMap(type="string", enum=flow([value]), default=value)
    return parameter


def _map_to_header(action: CommentedMap, old: Fact) -> None:
    """Add readings: the page has the action as a parameter, with these differences."""
    add_reading(action, PLACE, _OLD_ACTION, f"header {_ACTION}", _WHY)
    values = action["schema"]["enum"]
    if old.aspects.get("enum") != list(values):
        add_reading(action, "enum", old.aspects.get("enum"), list(values), _WHY)
    if old.aspects.get("required") is not True:
        add_reading(action, "required", old.aspects.get("required"), taken=True, why=_WHY)
    if "example" in old.aspects:
        action["example"] = old.aspects["example"]


def _known_version(document: Any) -> str | None:
    """Return the version that the other operations of a spec send."""
    for place in operations(document):
        for parameter in place.operation.get("parameters", ()):
            if parameter.get("name") == _VERSION and _VERSION_IN.fullmatch(str(parameter["schema"].get("default"))):
                return str(parameter["schema"]["default"])
    return None

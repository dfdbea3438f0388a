"""Edit the nodes of a spec without losing their style: aliases, one-line lists, quoted references."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from toolchain.document import tokens_of
from toolchain.pages.facts import is_same_value

if TYPE_CHECKING:
    from collections.abc import Iterator


def unshared(document: Any, pointer: str) -> Any:
    """Return the node at a JSON pointer, after copying it out of YAML aliases that share it."""
    node = document
    for token in tokens_of(pointer):
        key: Any = int(token) if isinstance(node, list) else token
        child = node[key]
        if _is_shared(child):
            child = copy.deepcopy(child)
            child.yaml_set_anchor(None)
            node[key] = child
        node = child
    return node


def _is_shared(node: Any) -> bool:
    return getattr(getattr(node, "anchor", None), "value", None) is not None


def put(node: Any, keyword: str, value: Any) -> None:
    """Set a keyword of a node, or remove it if the value is None."""
    if value is None:
        node.pop(keyword, None)
    else:
        revise(node, keyword, value)


def revise(node: Any, key: Any, value: Any) -> None:
    """Replace the value of a node; unchanged parts keep their style.

    Args:
        node: The parent of the value.
        key: The key of the value.
        value: The new value, as JSON.
    """
    known = node[key] if isinstance(node, list) else node.get(key)
    if isinstance(known, dict) and isinstance(value, dict) and not _is_shared(known):
        for gone in [one for one in known if one not in value]:
            del known[gone]
        for name, part in value.items():
            revise(known, name, part)
    elif isinstance(known, list) and isinstance(value, list) and not _is_shared(known):
        _revise_list(known, value)
    elif known is None or not is_same_value(known, value):
        node[key] = value


def _revise_list(known: Any, values: list[Any]) -> None:
    if len(known) == len(values):
        for index, part in enumerate(values):
            revise(known, index, part)
    else:
        known[:] = [next((one for one in known if is_same_value(one, value)), value) for value in values]


def flow(values: list[Any]) -> CommentedSeq:
    """Return a list that YAML writes on one line."""
    sequence = CommentedSeq(values)
    sequence.fa.set_flow_style()
    return sequence


def reference(name: str) -> str:
    """Return a reference to a named schema, quoted as in the specs."""
    quoted: str = DoubleQuotedScalarString(f"#/components/schemas/{name}")
    return quoted


def references(node: Any) -> Iterator[str]:
    """Yield the names of all schemas that a node refers to."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)

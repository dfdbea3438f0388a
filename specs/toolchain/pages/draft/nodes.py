"""The parts of a spec as they are written: what shares an alias, lists on one line, references in quotes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from toolchain.document import tokens_of
from toolchain.pages.facts import same

if TYPE_CHECKING:
    from collections.abc import Iterator


def own(document: Any, pointer: str) -> Any:
    """Return what stands at a JSON pointer, made independent of the places that share it by a YAML alias."""
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
    """Give a part of a spec a keyword, or take the keyword from it where the value is None; the same value stays."""
    if value is None:
        node.pop(keyword, None)
    elif not same(node.get(keyword), value):
        node[keyword] = value


def revise(node: Any, key: Any, value: Any) -> None:
    """Give a part of a spec another value, of which only what differs is written anew.

    Args:
        node: What holds the part.
        key: Where in it.
        value: The value, which is JSON.
    """
    known = node[key] if isinstance(node, list) else node.get(key)
    if _is_shared(known):
        node[key] = value
    elif isinstance(known, dict) and isinstance(value, dict):
        for gone in [one for one in known if one not in value]:
            del known[gone]
        for name, part in value.items():
            revise(known, name, part)
    elif isinstance(known, list) and isinstance(value, list) and known:
        del known[len(value) :]
        known.extend(value[len(known) :])
        for index, part in enumerate(value):
            revise(known, index, part)
    elif not same(known, value) or (not isinstance(node, list) and key not in node):
        node[key] = value


def flow(values: list[Any]) -> CommentedSeq:
    """Return a list that is written on one line."""
    sequence = CommentedSeq(values)
    sequence.fa.set_flow_style()
    return sequence


def reference(name: str) -> str:
    """Return a reference to a named schema, in the quotes that the specs have."""
    quoted: str = DoubleQuotedScalarString(f"#/components/schemas/{name}")
    return quoted


def references(node: Any) -> Iterator[str]:
    """Give the names of all schemas that a part of a document refers to."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)

"""The Python symbols that are generated from a leaf of a spec."""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from toolchain.document import tokens_of

if TYPE_CHECKING:
    from toolchain.pages.prove.leaf import Leaf


def symbol(stem: str, operation: str, leaf: Leaf, aspect: str = "presence") -> str | None:
    """Return the name of the symbol generated from a leaf; None if there is none.

    Args:
        stem: The name of the spec.
        operation: The operation.
        leaf: The leaf.
        aspect: The aspect; `enum` leads to the class of the enumeration.
    """
    models = f"cloudkeys_api.{stem}.models"
    kind, _, name = leaf.place.partition(" ")
    if aspect == "enum" and leaf.schema is not None:
        return f"{models}.{leaf.schema}"
    if kind in {"path", "query"}:
        return _attribute(models, f"{operation}Parameters", name.removesuffix("[]"))
    owner, key = _owner(leaf.pointer)
    if owner is not None:
        return _attribute(models, owner, key)
    if leaf.schema is not None:
        return f"{models}.{leaf.schema}"
    return (
        None if kind in {"server", "title", "page", "security", "permission"} else f"cloudkeys_api.{stem}:{operation}"
    )


def argument(stem: str, operation: str, leaf: Leaf) -> str | None:
    """Return the argument of a method for a field of the request body; None for anything else.

    Args:
        stem: The name of the spec.
        operation: The operation.
        leaf: The leaf.
    """
    kind, _, name = leaf.place.partition(" ")
    is_argument = kind == "body" and name and not {".", "["} & set(name)
    return _attribute(f"cloudkeys_api.{stem}.models", f"{operation}Parameters", name) if is_argument else None


def _owner(pointer: str) -> tuple[str | None, str]:
    """Return the schema and the name of the property that a pointer leads to."""
    tokens = tokens_of(pointer)
    if tokens[:2] == ["components", "schemas"] and len(tokens) > 4 and tokens[3] == "properties":  # noqa: PLR2004
        return tokens[2], tokens[4]
    return None, ""


def _attribute(models: str, owner: str, name: str) -> str:
    """Return the attribute for a field; its class if the field isn't generated yet."""
    known = generated_names(models, owner)
    return f"{models}.{owner}.{known[name]}" if name in known else f"{models}.{owner}"


@cache
def generated_names(models: str, owner: str) -> dict[str, str]:
    """Return the attributes of a generated class by the vendor's names; empty if the class doesn't exist.

    Args:
        models: The module of the class.
        owner: The class.
    """
    try:
        found = getattr(importlib.import_module(models), owner, None)
    except ModuleNotFoundError:
        return {}
    if not isinstance(found, type) or not issubclass(found, msgspec.Struct):
        return {}
    return {field.encode_name: field.name for field in msgspec.structs.fields(found)}

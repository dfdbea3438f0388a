"""Where a fact is at home: the line of the spec, and the Python symbol that is generated from it."""

from __future__ import annotations

import importlib
import io
from contextlib import contextmanager
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import attrs
import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter

from toolchain.document import Document, Problem, SpecError, load, operations, tokens_of
from toolchain.pages.prove.spec_facts import MISSHAPEN, Leaf, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@attrs.frozen
class Spec:
    """A spec, with what it takes to find one's way in it.

    Attributes:
        file: The file.
        document: What it says.
        text: The text that says it, where that isn't the file's of today.
    """

    file: Path
    document: Document
    text: str | None = None

    @cached_property
    def marked(self) -> Any:
        """The same with the numbers of its lines, its comments and its quotes, so that it can be written again."""
        return round_trip().load(self.file.read_text(encoding="utf-8") if self.text is None else self.text)

    @property
    def stem(self) -> str:
        """The name of the spec, which is also that of its package."""
        return self.file.stem

    def operations(self) -> list[str]:
        """Return the names of its operations.

        Raises:
            SpecError: One has no name.
        """
        with self._shaped():
            return [place.operation["operationId"] for place in operations(self.document)]

    def leaves(self, operation: str) -> dict[str, Leaf]:
        """Return the facts of one operation, by place.

        Raises:
            SpecError: The spec doesn't have the operation, or isn't of OpenAPI's shape.
        """
        with self._shaped():
            return leaves(self.document, operation)

    @contextmanager
    def _shaped(self) -> Iterator[None]:
        try:
            yield
        except MISSHAPEN as error:
            message = f"can't be followed, since it isn't of OpenAPI's shape: {error!r}"
            raise SpecError([Problem(self.file, "#", message)]) from error

    def line(self, pointer: str) -> int:
        """Return the number of the line at which something stands, or the nearest above it that there is."""
        node: Any = self.marked
        line = 1
        for token in tokens_of(pointer):
            try:
                is_list = isinstance(node, list)
                key = int(token) if is_list else token
                line = (node.lc.item(key) if is_list else node.lc.key(key))[0] + 1
                node = node[key]
            except (KeyError, IndexError, AttributeError, TypeError, ValueError):
                return line
        return line


def read_spec(file: Path) -> Spec:
    """Return a spec.

    Raises:
        SpecError: It can't be read.
    """
    return Spec(file, load(file))


def round_trip() -> YAML:
    """Return what reads a spec and writes it again as it was: comments, quotes, anchors, width."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.Representer = WithNull
    return yaml


class WithNull(RoundTripRepresenter):
    """Writes None as `null`, and not as nothing."""

    def nothing(self, _value: None) -> Any:
        """Return the node of None."""
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


WithNull.add_representer(type(None), WithNull.nothing)


def dumped(document: Any) -> str:
    """Return a spec that was read by `round_trip` as text."""
    stream = io.StringIO()
    round_trip().dump(document, stream)
    return stream.getvalue()


def symbol(stem: str, operation: str, leaf: Leaf, aspect: str = "presence") -> str | None:
    """Return the name of what is generated from a leaf; None where nothing is.

    Args:
        stem: The name of the spec.
        operation: The operation.
        leaf: The leaf.
        aspect: Which aspect of it; the values of an enumeration have a class of their own.
    """
    models = f"cloudkeys_api.{stem}.models"
    kind, _, name = leaf.place.partition(" ")
    if aspect == "enum" and leaf.schema is not None:
        return f"{models}.{leaf.schema}"
    if kind in {"path", "query"}:
        return _attribute(models, f"{operation}Parameters", name)
    owner, key = _owner(leaf.pointer)
    if owner is not None:
        return _attribute(models, owner, key)
    if leaf.schema is not None:
        return f"{models}.{leaf.schema}"
    return (
        None if kind in {"server", "title", "page", "security", "permission"} else f"cloudkeys_api.{stem}:{operation}"
    )


def _owner(pointer: str) -> tuple[str | None, str]:
    """Return the schema that has a pointer's place as a property, and the property's name."""
    tokens = tokens_of(pointer)
    if tokens[:2] == ["components", "schemas"] and len(tokens) > 4 and tokens[3] == "properties":  # noqa: PLR2004
        return tokens[2], tokens[4]
    return None, ""


def _attribute(models: str, owner: str, name: str) -> str:
    """Return the attribute that holds a field of the API; of one that isn't generated yet, its class."""
    known = generated_names(models, owner)
    return f"{models}.{owner}.{known[name]}" if name in known else f"{models}.{owner}"


@cache
def generated_names(models: str, owner: str) -> dict[str, str]:
    """Return the names that the attributes of a generated class have, by the vendor's names; empty if there is none.

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

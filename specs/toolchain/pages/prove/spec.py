"""A spec: its facts, and the lines they are on."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from toolchain.document import Document, Problem, SpecError, load, operations, tokens_of
from toolchain.pages.prove.leaf import MISSHAPEN, Leaf
from toolchain.pages.prove.round_trip import round_trip
from toolchain.pages.prove.spec_facts import leaves

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@attrs.frozen
class Spec:
    """A spec whose pointers can be traced to lines.

    Attributes:
        file: The file.
        document: The parsed document.
        text: The text of the document, if it isn't that of the file.
    """

    file: Path
    document: Document
    text: str | None = None

    @cached_property
    def marked(self) -> Any:
        """The document with line numbers, comments and quotes."""
        return round_trip().load(self.file.read_text(encoding="utf-8") if self.text is None else self.text)

    @property
    def stem(self) -> str:
        """The name of the spec and of its package."""
        return self.file.stem

    def operations(self) -> list[str]:
        """Return the names of its operations.

        Raises:
            SpecError: An operation has no name.
        """
        with self._shaped():
            return [place.operation["operationId"] for place in operations(self.document)]

    def leaves(self, operation: str) -> dict[str, Leaf]:
        """Return the facts of one operation, by place.

        Raises:
            SpecError: The spec doesn't have the operation, or doesn't have the shape of OpenAPI.
        """
        with self._shaped():
            return leaves(self.document, operation)

    @contextmanager
    def _shaped(self) -> Iterator[None]:
        try:
            yield
        except MISSHAPEN as error:
            message = f"doesn't have the shape of OpenAPI: {error!r}"
            raise SpecError([Problem(self.file, "#", message)]) from error

    def line(self, pointer: str) -> int:
        """Return the line of a pointer, or of its nearest existing parent."""
        return self._start(pointer)[0]

    def lines(self, pointer: str) -> tuple[int, int]:
        """Return the first and the last line of a pointer."""
        first, column = self._start(pointer)
        last = first
        for number, row in enumerate(self._rows[first:], first + 1):
            text = row.lstrip(" ")
            if text and len(row) - len(text) <= column:
                break
            last = number if text and not text.startswith("#") else last
        return first, last

    @cached_property
    def _rows(self) -> list[str]:
        text = self.file.read_text(encoding="utf-8") if self.text is None else self.text
        return [row.rstrip() for row in text.split("\n")]

    def _start(self, pointer: str) -> tuple[int, int]:
        """Return the line and the column at which a pointer starts; its content is indented further."""
        node: Any = self.marked
        found = (1, -1)
        for token in tokens_of(pointer):
            try:
                is_list = isinstance(node, list)
                key = int(token) if is_list else token
                line, column = node.lc.item(key) if is_list else node.lc.key(key)
                # An item starts at its dash; its content is indented further.
                found = line + 1, column - is_list
                node = node[key]
            except (KeyError, IndexError, AttributeError, TypeError, ValueError):
                return found
        return found


def read_spec(file: Path) -> Spec:
    """Return a spec.

    Raises:
        SpecError: The spec is unreadable.
    """
    return Spec(file, load(file))

"""The bodies of a page: tables and examples by status, assembled once all of them are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from toolchain.pages.read import nesting
from toolchain.pages.read.samples import Sample
from toolchain.pages.read.untyped import with_types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.collected import Collected
    from toolchain.pages.read.examples import Example
    from toolchain.pages.read.fields import Field
    from toolchain.pages.read.flat_tables import Placed

_USUAL: Final = 200
_WITHOUT_BODY: Final = frozenset({204, 205})
_T = TypeVar("_T")


class Bodies:
    """The tables and examples of the bodies so far.

    A table or example without a status belongs to the one success status that the examples of responses name,
    otherwise to the one that the page names anywhere, otherwise to 200.
    """

    def __init__(self, found: Collected) -> None:
        """Start without tables.

        Args:
            found: The facts so far.
        """
        self._found = found
        self._request: list[nesting.Part] = []
        self._responses: dict[int | None, list[nesting.Part]] = {}
        self._headers: list[tuple[int | None, Sequence[Field]]] = []
        self._examples: dict[int | None, list[Example]] = {}
        self._lines: dict[int | None, int] = {}

    def add_request(self, part: nesting.Part) -> None:
        """Add a table of the request body."""
        self._request.append(part)

    def add_response(self, status: int | None, part: nesting.Part, *, are_headers: bool) -> None:
        """Add a table of a response.

        Args:
            status: Its status; None if no line names one.
            part: The table.
            are_headers: Whether its rows are headers.
        """
        self._lines.setdefault(status, part.line)
        if are_headers:
            self._headers.append((status, part.fields))
        else:
            self._responses.setdefault(status, []).append(part)

    def add_example(self, status: int | None, example: Example) -> None:
        """Add an example of a response; the first of each status is a fact, and all of them are evidence."""
        self._examples.setdefault(status, []).append(example)

    def finish(self) -> None:
        """Add all facts of the bodies."""
        success = self._success()
        for status, line in self._lines.items():
            self._found.name_status(status or success, line)
        for status, examples in _by_status(self._examples, success).items():
            first = examples[0]
            self._found.add(f"example {status}", (first.first, first.last), example=first.value)
        for status, fields in self._headers:
            typed, untyped = with_types([(field.name, field) for field in fields], Sample(None))
            self._found.unread += untyped
            for name, field in typed:
                self._found.add_field(f"response-header {status or success} {name}", field)
        shown = _by_status(self._examples, success)
        for status, parts in _by_status(self._responses, success).items():
            self._nest(str(status), sorted(parts, key=lambda part: part.line), shown.get(status, []))
        self._nest_request()

    def _nest(self, root: str, parts: Sequence[nesting.Part], examples: Sequence[Example]) -> None:
        values, lines = [one.value for one in examples], [(one.first, one.last) for one in examples]
        self._take(nesting.nested(root, parts, values, lines[0] if lines else None))

    def _nest_request(self) -> None:
        sent = self._found.facts.get("example body")
        values, lines = ([sent.aspects.get("example")], sent.lines) if sent is not None else ([], None)
        self._take(nesting.nested("body", self._request, values, lines))

    def _success(self) -> int:
        """Return the status of tables that name none; report them if the page names several success statuses."""
        places = [place.split() for place in self._found.facts if place.startswith("status ")]
        shown = {status for status in self._examples if status is not None and _is_success(status)}
        named = shown | {int(place[1]) for place in places if _is_success(int(place[1]))}
        for one in (shown, named):
            if len(one) == 1:
                return one.pop()
        if named and (line := self._lines.get(None)) is not None:
            statuses = ", ".join(map(str, sorted(named)))
            self._found.report((line, line), f"these fields could be of several statuses: {statuses}")
        return min(named - _WITHOUT_BODY, default=_USUAL)

    def _take(self, placed: Placed) -> None:
        fields, unread = placed
        needed = nesting.required(fields)
        for place, field in fields:
            aspects = {name: value for name, value in field.aspects.items() if name != "required"}
            self._found.add(place, field.lines, **aspects, required=needed.get(place))
        self._found.unread += unread


def _is_success(status: int) -> bool:
    return status // 100 == _USUAL // 100


def _by_status(found: dict[int | None, list[_T]], success: int) -> dict[int, list[_T]]:
    """Return tables or examples by status; those without one come after those that name the success status."""
    merged: dict[int, list[_T]] = {}
    for status in sorted(found, key=lambda status: status is None):
        merged.setdefault(status or success, []).extend(found[status])
    return merged

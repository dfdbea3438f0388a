"""The bodies of a page: tables and examples by status, put together once all of them are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolchain.pages.read import nesting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.collected import Collected
    from toolchain.pages.read.fields import Field
    from toolchain.pages.read.flat_tables import Placed
    from toolchain.pages.read.outline import Example

_USUAL = 200


class Bodies:
    """What was read of the bodies so far.

    A table or example for which no line names a status is of the one status of success that the page names anywhere;
    of 200, where it names none or several.
    """

    def __init__(self, found: Collected) -> None:
        """Begin.

        Args:
            found: What takes the facts.
        """
        self._found = found
        self._request: list[nesting.Part] = []
        self._responses: dict[int | None, list[nesting.Part]] = {}
        self._headers: list[tuple[int | None, Sequence[Field]]] = []
        self._examples: dict[int | None, Example] = {}
        self._lines: dict[int | None, int] = {}

    def add_request(self, part: nesting.Part) -> None:
        """Take a table of what is sent."""
        self._request.append(part)

    def add_response(self, status: int | None, part: nesting.Part, *, are_headers: bool) -> None:
        """Take a table of what comes.

        Args:
            status: Its status; None where no line names one.
            part: The table.
            are_headers: Whether its rows are headers.
        """
        self._lines.setdefault(status, part.line)
        if are_headers:
            self._headers.append((status, part.fields))
        else:
            self._responses.setdefault(status, []).append(part)

    def add_example(self, status: int | None, example: Example) -> None:
        """Take an example of a response; the first of each status counts."""
        self._examples.setdefault(status, example)

    def finish(self) -> None:
        """Give all facts of the bodies."""
        success = self._success()
        for status, line in self._lines.items():
            self._found.name_status(status or success, line)
        for status, example in self._examples.items():
            if status is not None or success not in self._examples:
                place = f"example {status or success}"
                self._found.add(place, (example.first, example.last), example=example.value)
        for status, fields in self._headers:
            for field in fields:
                self._found.add_field(f"response-header {status or success} {field.name}", field)
        for status, parts in self._responses.items():
            shown = self._examples.get(status) or self._examples.get(success if status is None else None)
            self._take(nesting.nested(str(status or success), parts, shown.value if shown else None))
        self._take(nesting.nested("body", self._request, None))

    def _success(self) -> int:
        """Return the status of what names none."""
        places = [place.split() for place in self._found.facts if place.startswith("status ")]
        named = {int(place[1]) for place in places} | {status for status in self._examples if status is not None}
        successes = {status for status in named if status // 100 == _USUAL // 100}
        return successes.pop() if len(successes) == 1 else _USUAL

    def _take(self, placed: Placed) -> None:
        fields, unread = placed
        needed = nesting.required(fields)
        for place, field in fields:
            aspects = {name: value for name, value in field.aspects.items() if name != "required"}
            self._found.add(place, field.lines, **aspects, required=needed.get(place))
        self._found.unread += unread

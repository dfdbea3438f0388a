"""Find removed facts that a newer page may still have, in lines that can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolchain.pages.facts import Fact, Unread


def unread_in_place_of(
    place: str, before: Mapping[str, Fact], after: Mapping[str, Fact], unread: Sequence[Unread]
) -> tuple[Unread, ...]:
    """Return the unread lines between the neighbours of a removed place.

    Args:
        place: The removed place.
        before: The older facts, by place.
        after: The newer facts, by place.
        unread: The unread lines of the newer page.
    """
    first, last = before[place].lines
    both = [(fact.lines, after[where].lines) for where, fact in before.items() if where in after]
    above = max(((old[1], new[1]) for old, new in both if old[1] < first), default=(0, 0))[1]
    below = min(((old[0], new[0]) for old, new in both if old[0] > last), default=(0, float("inf")))[1]
    return tuple(one for one in unread if above < one.lines[0] and one.lines[1] < below)

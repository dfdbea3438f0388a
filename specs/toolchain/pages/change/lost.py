"""What a newer page may still have, though it wasn't found there: where it stood are lines that no rule could read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolchain.pages.facts import Fact, Unread


def in_its_place(
    place: str, before: Mapping[str, Fact], after: Mapping[str, Fact], unread: Sequence[Unread]
) -> tuple[Unread, ...]:
    """Return the lines that no rule could read between what stood above and below something that is gone.

    Args:
        place: What is gone.
        before: The older facts, by place.
        after: The newer facts, by place.
        unread: What can't be read on the newer page.
    """
    first, last = before[place].lines
    both = [(fact.lines, after[where].lines) for where, fact in before.items() if where in after]
    above = max(((old[1], new[1]) for old, new in both if old[1] < first), default=(0, 0))[1]
    below = min(((old[0], new[0]) for old, new in both if old[0] > last), default=(0, float("inf")))[1]
    return tuple(one for one in unread if above < one.lines[0] and one.lines[1] < below)

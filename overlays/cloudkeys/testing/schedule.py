"""Which call meets which fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudkeys.testing.faults import Fault


@attrs.define
class Planned:
    """A fault, and the calls that meet it.

    Attributes:
        fault: The fault.
        operation: The full name of the operation whose calls count; None for every call.
        skip: How many of these calls pass before.
        left: How many calls meet it; None for all.
    """

    fault: Fault
    operation: str | None
    skip: int
    left: int | None


def due(schedule: Iterable[Planned], operation: str) -> Fault | None:
    """Return the fault that a call meets, and count the call; None where it meets none.

    Args:
        schedule: What is planned, in the order in which it goes first.
        operation: The full name of the operation that is called.
    """
    first: Planned | None = None
    for planned in schedule:
        if planned.operation not in {None, operation}:
            continue
        if planned.skip:
            planned.skip -= 1
        elif first is None and planned.left != 0:
            first = planned
    if first is None:
        return None
    if first.left is not None:
        first.left -= 1
    return first.fault

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
        left: How many calls meet it from now on; None for all.
        met: How many calls met it.
    """

    fault: Fault
    operation: str | None
    skip: int
    left: int | None
    met: int = 0

    def unmet(self) -> str:
        """Say what is left of it; empty where as many calls met it as were to."""
        if self.left == 0 or (self.left is None and self.met):
            return ""
        calls = "any call" if self.operation is None else f"calls of {self.operation or 'no operation'}"
        wanted = "all" if self.left is None else str(self.met + self.left)
        before = f", after {self.skip} more that pass" if self.skip else ""
        return f"{_name(self.fault)} for {calls}: {self.met} of {wanted} calls met it{before}"


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
    first.met += 1
    if first.left is not None:
        first.left -= 1
    return first.fault


def _name(fault: Fault) -> str:
    """Return the name of the function that is the fault, or that made it where it is one of ours."""
    outer, _, inner = getattr(fault, "__qualname__", type(fault).__name__).partition(".<locals>.")
    return outer if getattr(fault, "__module__", "") == "cloudkeys.testing.faults" else inner or outer

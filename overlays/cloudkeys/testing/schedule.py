"""Decides which call meets which fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudkeys.testing.faults import Fault


@attrs.define
class ScheduledFault:
    """A fault, and the calls that it affects.

    Attributes:
        fault: The fault.
        operation: The full name of the operation that it affects; None for every call.
        skip: The number of these calls that succeed first.
        left: The number of calls that it still affects; None for all.
        met: The number of calls that met it.
    """

    fault: Fault
    operation: str | None
    skip: int
    left: int | None
    met: int = 0

    def unmet(self) -> str:
        """Describe the calls that are still missing; empty if there are none."""
        if self.left == 0 or (self.left is None and self.met):
            return ""
        calls = "any call" if self.operation is None else f"calls of {self.operation or 'no operation'}"
        wanted = "all" if self.left is None else str(self.met + self.left)
        before = f", after {self.skip} more that pass" if self.skip else ""
        return f"{_name(self.fault)} for {calls}: {self.met} of {wanted} calls met it{before}"


def next_fault(schedule: Iterable[ScheduledFault], operation: str) -> Fault | None:
    """Count a call, and return the fault that it meets; None if it meets none.

    Args:
        schedule: The faults, in the order of their injection.
        operation: The full name of the operation.
    """
    first: ScheduledFault | None = None
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
    """Return the name of the fault, or of the function of this package that made it."""
    outer, _, inner = getattr(fault, "__qualname__", type(fault).__name__).partition(".<locals>.")
    return outer if getattr(fault, "__module__", "") == "cloudkeys.testing.faults" else inner or outer

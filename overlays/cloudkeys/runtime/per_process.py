"""State of one process: after a fork, the child starts with its own."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value that each process creates anew, with a lock that no thread of the parent can hold."""

    def __init__(self, make: Callable[[], T]) -> None:
        """Take a function that creates the value."""
        self._make = make
        self._inherited: tuple[T, ...] = ()
        self._reset()
        _ALL.add(self)

    def _reset(self) -> None:
        self._value, self._lock = self._make(), threading.Lock()

    @property
    def value(self) -> T:
        """The value of this process."""
        return self._value

    @property
    def lock(self) -> threading.Lock:
        """The lock of this process."""
        return self._lock

    @property
    def inherited(self) -> tuple[T, ...]:
        """The values of the parent processes, oldest first."""
        return self._inherited

    def reset_in_child(self) -> None:
        """Start with a new value, in the child of a fork."""
        # Kept alive: closing the parent's connections here could disturb the parent.
        self._inherited += (self._value,)
        self._reset()


_ALL: Final = weakref.WeakSet[PerProcess[Any]]()


def _after_fork() -> None:
    for one in list(_ALL):
        one.reset_in_child()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_after_fork)

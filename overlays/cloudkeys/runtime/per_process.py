"""State that no two processes may share: after a fork, the child begins with its own."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value that is made anew in each process, with a lock that no thread of another process holds."""

    def __init__(self, make: Callable[[], T]) -> None:
        """Take what makes the value."""
        self._make = make
        self._inherited: tuple[T, ...] = ()
        self._begin()
        _ALL.add(self)

    def _begin(self) -> None:
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
        """The values of the processes that this one was forked from."""
        return self._inherited

    def begin_in_child(self) -> None:
        """Begin anew after a fork, in the child."""
        # Kept: what would clean up after the connections of the parent could disturb the parent.
        self._inherited += (self._value,)
        self._begin()


_ALL: Final = weakref.WeakSet[PerProcess[Any]]()


def _after_fork() -> None:
    for one in list(_ALL):
        one.begin_in_child()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_after_fork)

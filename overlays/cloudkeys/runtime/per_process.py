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
    """A value that is made anew in each process, with a lock that no thread of another process holds.

    Attributes:
        value: The value of this process.
        lock: The lock of this process.
    """

    value: T
    lock: threading.Lock

    def __init__(self, make: Callable[[], T]) -> None:
        """Take what makes the value."""
        self._make = make
        self._inherited: list[T] = []
        self._begin()
        _ALL.add(self)

    def _begin(self) -> None:
        self.value, self.lock = self._make(), threading.Lock()

    def _begin_in_child(self) -> None:
        # Kept: what would clean up after the connections of the parent could disturb the parent.
        self._inherited.append(self.value)
        self._begin()


_ALL: Final = weakref.WeakSet[PerProcess[Any]]()


def _after_fork() -> None:
    for one in list(_ALL):
        one._begin_in_child()  # noqa: SLF001 - nobody else may call it


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_after_fork)

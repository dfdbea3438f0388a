"""State that no two processes may share: after a fork, the child begins with its own."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value that is made anew in each process, with a lock that no thread of another process holds."""

    def __init__(self, make: Callable[[], T]) -> None:
        """Take what makes the value."""
        self._make = make
        self._made = (os.getpid(), make(), threading.Lock())

    def _current(self) -> tuple[int, T, threading.Lock]:
        if self._made[0] != os.getpid():
            # A child begins with one thread, which forked; what the parent's threads held stays with them.
            self._made = (os.getpid(), self._make(), threading.Lock())
        return self._made

    @property
    def value(self) -> T:
        """The value of this process."""
        return self._current()[1]

    @property
    def lock(self) -> threading.Lock:
        """The lock of this process."""
        return self._current()[2]

"""What a call may take: seconds as a whole, and bytes on the wire for each response."""

from __future__ import annotations

import contextlib
import math
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from cloudkeys.errors import TimedOutError

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator
    from contextvars import Token
    from types import TracebackType

_HEADERS: Final = 256 * 1024
"""Bytes that headers may take on the wire, also those of a login and of responses before the last: more than twice what
httpcore takes of one response.
"""
_SHORTEST: Final = 0.001
"""Seconds: a time-out of zero would mean not to wait at all, and another error."""


class Bounds:
    """The bounds of one call. While the call runs, what reads from the network finds them with `current`.

    Attributes:
        total: Seconds for the call as a whole; None where it has no end.
        login_host: The host that the attempt waits for a token from; empty where it waits for none.
        proxy: The proxy that the last request went through, as messages show it; empty where it went through none.
        was_sent: Whether an attempt was cut short after its request may have left.
    """

    def __init__(self, total: float | None) -> None:
        """Begin a call.

        Args:
            total: Seconds for the call as a whole; None where it has no end.
        """
        self.total = total
        self.login_host, self.proxy, self.was_sent = "", "", False
        self._ends_at = math.inf if total is None else time.monotonic() + total
        self._bytes_left = 0
        self._token: Token[Bounds | None] | None = None

    @property
    def left(self) -> float:
        """The seconds that are left, 0 or more; infinite where the call has no end."""
        return max(self._ends_at - time.monotonic(), 0.0)

    def cut(self, timeout: httpx.Timeout | float | None) -> httpx.Timeout | float | None:
        """Return time-outs of which none is longer than what is left, for transports that know nothing of bounds.

        Args:
            timeout: The time-outs of an attempt, as httpx takes them.
        """
        left = self.left
        steps: Any = (timeout,) * 4
        if isinstance(timeout, httpx.Timeout):
            steps = timeout.connect, timeout.read, timeout.write, timeout.pool
        if left == math.inf or (None not in steps and max(steps) <= left):
            return timeout
        connect, read, write, pool = (max(_SHORTEST, min(left, left if step is None else step)) for step in steps)
        return httpx.Timeout(connect=connect, read=read, write=write, pool=pool)

    def late(self, operation: str, place: str = "") -> TimedOutError:
        """Return the error of a call whose time is over.

        Args:
            operation: The name of the operation.
            place: The host, where one was asked.
        """
        where = f"{place}: " if place else ""
        return TimedOutError(operation, f"{where}the call took longer than its total of {self.total:g} seconds")

    def begin_attempt(self) -> None:
        """Begin an attempt: with the bytes that headers may take."""
        self.login_host, self.proxy = "", ""
        self._bytes_left = _HEADERS

    def allow(self, largest: int) -> None:
        """Let a body come: chunks, and compression where it does harm, may add as many bytes as it may have.

        Args:
            largest: How many bytes the body may have.
        """
        self._bytes_left += 2 * largest

    def receive(self, count: int) -> bool:
        """Count bytes that came from the network.

        Args:
            count: How many.

        Returns:
            Whether they are still within the bound.
        """
        self._bytes_left -= count
        return not self.is_flooded

    @contextlib.contextmanager
    def turn(self, lock: threading.Lock) -> Generator[None]:
        """Hold a lock while the block runs.

        Args:
            lock: The lock, which another call may hold.

        Raises:
            httpx.PoolTimeout: It didn't become free within what is left of the call.
        """
        wait, held = (-1.0 if self.left == math.inf else self.left), list[bool]()
        try:
            # In one step of the interpreter: what a signal handler raises can't come between taking it and noting it.
            held.extend(map(lock.acquire, (True,), (wait,)))
            if not held[0]:
                raise httpx.PoolTimeout("another call is logging in")
            yield
        finally:
            if held and held[0]:
                lock.release()

    @property
    def is_flooded(self) -> bool:
        """Whether more bytes came than may."""
        return self._bytes_left < 0

    def __enter__(self) -> Self:
        """Make these the bounds of what runs in the block."""
        self._token = _CURRENT.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End that."""
        if self._token is not None:
            _CURRENT.reset(self._token)


_CURRENT: Final[ContextVar[Bounds | None]] = ContextVar("bounds", default=None)


def current() -> Bounds:
    """Return the bounds of the call that runs, in this thread, greenlet or task."""
    return _CURRENT.get() or Bounds(None)

"""The bounds of a call: its seconds as a whole, and the bytes of each response on the wire."""

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
"""Bytes on the wire for headers, including those of a login and of 1xx responses: over twice httpcore's limit for one
response.
"""
_SHORTEST: Final = 0.001
"""Seconds. A time-out of zero would mean a non-blocking socket, and raise another error."""


class Bounds:
    """The bounds of one call. While it runs, the code that reads from the network finds them with `current_bounds`.

    Attributes:
        total: Seconds for the whole call; None for no limit.
        login_host: The host of the login that the attempt waits for; empty if there is none.
        proxy: The proxy of the last request, as messages show it; empty if there was none.
        was_sent: Whether an attempt was cancelled after its request may have been sent.
    """

    def __init__(self, total: float | None) -> None:
        """Start the clock of a call.

        Args:
            total: Seconds for the whole call; None for no limit.
        """
        self.total = total
        self.login_host, self.proxy, self.was_sent = "", "", False
        self._ends_at = math.inf if total is None else time.monotonic() + total
        self._bytes_left = 0
        self._token: Token[Bounds | None] | None = None

    @property
    def left(self) -> float:
        """The remaining seconds, 0 or more; infinite without a limit."""
        return max(self._ends_at - time.monotonic(), 0.0)

    def limit(self, timeout: httpx.Timeout | float | None) -> httpx.Timeout | float | None:
        """Return time-outs no longer than the remaining seconds, for transports that don't know the bounds.

        Args:
            timeout: The time-outs of an attempt, in a form that httpx accepts.
        """
        left = self.left
        steps: Any = (timeout,) * 4
        if isinstance(timeout, httpx.Timeout):
            steps = timeout.connect, timeout.read, timeout.write, timeout.pool
        if left == math.inf or (None not in steps and max(steps) <= left):
            return timeout
        connect, read, write, pool = (max(_SHORTEST, min(left, left if step is None else step)) for step in steps)
        return httpx.Timeout(connect=connect, read=read, write=write, pool=pool)

    def total_exceeded(self, operation: str, host: str = "") -> TimedOutError:
        """Return the error of a call that exceeded its total.

        Args:
            operation: The name of the operation.
            host: The host, if a request was sent to one.
        """
        where = f"{host}: " if host else ""
        return TimedOutError(operation, f"{where}the call took longer than its total of {self.total:g} seconds")

    def begin_attempt(self) -> None:
        """Start an attempt: allow the bytes of its headers."""
        self.login_host, self.proxy = "", ""
        self._bytes_left = _HEADERS

    def allow_body(self, largest: int) -> None:
        """Allow the bytes of a body, and as many again for chunks and inefficient compression.

        Args:
            largest: The most bytes that the body may have.
        """
        self._bytes_left += 2 * largest

    def receive(self, count: int) -> bool:
        """Count bytes from the network.

        Args:
            count: Their number.

        Returns:
            Whether the response is still within its bound.
        """
        self._bytes_left -= count
        return not self.is_flooded

    @contextlib.contextmanager
    def hold(self, lock: threading.Lock) -> Generator[None]:
        """Hold a lock while the block runs.

        Args:
            lock: The lock, which another call may hold now.

        Raises:
            httpx.PoolTimeout: The time of the call ended first.
        """
        wait, held = (-1.0 if self.left == math.inf else self.left), list[bool]()
        try:
            # One step of the interpreter: no signal handler can interrupt between acquiring the lock and recording it.
            held.extend(map(lock.acquire, (True,), (wait,)))
            if not held[0]:
                raise httpx.PoolTimeout("another call is logging in")
            yield
        finally:
            if held and held[0]:
                lock.release()

    @property
    def is_flooded(self) -> bool:
        """Whether the response exceeds its bound."""
        return self._bytes_left < 0

    def __enter__(self) -> Self:
        """Make these the current bounds while the block runs."""
        self._token = _CURRENT.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Restore the bounds from before the block."""
        if self._token is not None:
            _CURRENT.reset(self._token)


_CURRENT: Final[ContextVar[Bounds | None]] = ContextVar("bounds", default=None)


def current_bounds() -> Bounds:
    """Return the bounds of the running call of this thread, greenlet or task."""
    return _CURRENT.get() or Bounds(None)

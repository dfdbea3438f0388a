"""Retries: which failures are retried, and the waits before them."""

from __future__ import annotations

import functools
import random
from typing import TYPE_CHECKING, Final, Protocol

import attrs

from cloudkeys.errors import CloudkeysError, NoResponseError, ResponseError, ServerError, StatusError, ThrottledError
from cloudkeys.runtime.clocks import http_date, seconds_left

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    import stamina

    from cloudkeys.runtime.bounds import Bounds

    class _Attempts(Protocol):
        def __iter__(self) -> Iterator[stamina.Attempt]: ...
        def __aiter__(self) -> AsyncIterator[stamina.Attempt]: ...


LONGEST: Final = 1_000_000
"""Seconds. The clocks of all systems support waits and time-outs up to this."""
_RETRIED_STATUSES: Final = frozenset({429, 500, 502, 503, 504})


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """How often, and after which waits, to retry a failed attempt.

    These failures are retried: failed and broken connections, time-outs, the statuses 429, 500, 502, 503 and 504, and
    throttling in any form. A refused signature or token is never retried. A call that isn't idempotent is retried only
    if nothing was sent, or if the service throttled it. The wait before retry n is `first_wait * 2 ** (n - 1)` plus a
    random part of `jitter`, unless the service sets it with `Retry-After` or `x-acs-retry-after`. If the wait would end
    after the `total` of the call, the call fails at once.

    stamina's instrumentation reports each retry: as a warning of the logger `stamina`, or of structlog if the program
    has configured it, unless the program has set other hooks. stamina's switches apply: `stamina.set_active(False)`
    turns retries off, and `stamina.set_testing(True)` sets the number of attempts and removes the waits.

    Attributes:
        attempts: The most attempts of a call, 1 or more; 1 turns retries off.
        first_wait: Seconds before the first retry, without jitter; 0 or more, like all that follow.
        longest_wait: The most seconds before a retry, if the service doesn't set the wait.
        jitter: The most seconds that are added to each wait at random.
        longest_retry_after: The most seconds to wait if the service sets the wait.

    Raises:
        ValueError: A number is out of range or NaN.
    """

    attempts: int = 4
    first_wait: float = 0.2
    longest_wait: float = 10.0
    jitter: float = 0.5
    longest_retry_after: float = 30.0

    def __attrs_post_init__(self) -> None:
        """Check the numbers."""
        if not self.attempts >= 1:
            raise ValueError("attempts must be 1 or more")
        for name in ("first_wait", "longest_wait", "jitter", "longest_retry_after"):
            if not 0 <= getattr(self, name) <= LONGEST:
                raise ValueError(f"{name} must be 0 or more, and {LONGEST} at most")

    def after_first(self, bounds: Bounds, *, is_idempotent: bool) -> _Attempts:
        """Return the attempts of a call whose first one failed; the caller raises that failure in the first of these.

        Args:
            bounds: The bounds of the call.
            is_idempotent: Whether to retry a call that may have taken effect.
        """
        # Slow to import, and most calls succeed at once.
        import stamina  # noqa: PLC0415

        from cloudkeys.runtime.retry_hooks import keep_off_standard_output  # noqa: PLC0415

        keep_off_standard_output()
        return stamina.retry_context(
            on=functools.partial(self._decide, bounds, self._waits(), is_idempotent),
            attempts=self.attempts,
            timeout=None,
        )

    def _waits(self) -> Iterator[float]:
        base = self.first_wait
        while True:
            yield min(base + random.uniform(0, self.jitter), self.longest_wait)  # noqa: S311 - nothing secret
            base = min(2 * base, self.longest_wait)

    def _decide(self, bounds: Bounds, waits: Iterator[float], is_idempotent: bool, error: Exception) -> bool | float:  # noqa: FBT001 - from a partial
        """Return the seconds to wait before a retry, or False for no retry."""
        if not is_retryable(error, is_idempotent=is_idempotent):
            return False
        wait, requested = next(waits), retry_after(error.headers) if isinstance(error, ResponseError) else None
        if requested is not None:
            wait = min(requested, self.longest_retry_after)
        return wait if wait < bounds.left else False


def is_retryable(error: Exception, *, is_idempotent: bool = True) -> bool:
    """Return whether an attempt with this error may be retried.

    Args:
        error: The error.
        is_idempotent: Whether to retry a call that may have taken effect.
    """
    if isinstance(error, CloudkeysError) and error.may_have_taken_effect and not is_idempotent:
        return False
    if isinstance(error, StatusError):
        by_class = isinstance(error, ThrottledError) or (isinstance(error, ServerError) and error.status_code < 500)  # noqa: PLR2004
        return by_class or (type(error) in {StatusError, ServerError} and error.status_code in _RETRIED_STATUSES)
    return isinstance(error, NoResponseError) and error.is_retryable


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the wait that the service asks for, from `x-acs-retry-after` (milliseconds) or `Retry-After`.

    A date in `Retry-After` counts from the response's own `Date`.

    Args:
        headers: The headers of a response.

    Returns:
        Seconds, 0 or more; None if neither header is readable.
    """
    milliseconds = headers.get("x-acs-retry-after", "")
    if milliseconds.isdecimal():
        return int(milliseconds[:18]) / 1000
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(int(value[:18]))
    moment = http_date(value)
    return None if moment is None else max(0.0, seconds_left(moment, headers))

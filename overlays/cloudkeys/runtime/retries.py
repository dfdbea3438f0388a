"""When a failed attempt is repeated, and after how long."""

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
"""Seconds, for waits and time-outs: what the clocks of all systems can count."""
_RETRIED_STATUSES: Final = frozenset({429, 500, 502, 503, 504})


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """How often and how long to repeat an attempt that failed.

    Repeated are: connections that failed or broke, time-outs, the statuses 429, 500, 502, 503 and 504, and throttling
    in whichever form it comes. Never a refused signature or token. A call that isn't idempotent is repeated only where
    nothing was sent, or where the service refused it as one too many. The wait before repetition n is
    `first_wait * 2 ** (n - 1)` plus a random part of `jitter`, or what the service asks for in `Retry-After` or
    `x-acs-retry-after`. stamina's instrumentation reports each repetition: a warning of the logger `stamina`, or of
    structlog where the program configured that, unless the program set other hooks. stamina's switches count too:
    after `stamina.set_active(False)` nothing is repeated, and `stamina.set_testing(True)` sets the number of attempts,
    without waits. A wait that wouldn't end within the `total` of the call isn't begun: the call fails at once.

    Attributes:
        attempts: How many attempts a call has at most, 1 or more; 1 switches repeating off.
        first_wait: Seconds before the first repetition, without the random part; 0 or more, as are all that follow.
        longest_wait: Seconds before a repetition at most, where the service asks for nothing.
        jitter: Seconds up to which each wait is lengthened by chance.
        longest_retry_after: Seconds that the service may ask for at most; what is above is cut.

    Raises:
        ValueError: A number is smaller than that, or none.
    """

    attempts: int = 4
    first_wait: float = 0.2
    longest_wait: float = 10.0
    jitter: float = 0.5
    longest_retry_after: float = 30.0

    def __attrs_post_init__(self) -> None:
        """Check that there is an attempt, and that no wait is negative or endless."""
        if not self.attempts >= 1:
            raise ValueError("attempts must be 1 or more")
        for name in ("first_wait", "longest_wait", "jitter", "longest_retry_after"):
            if not 0 <= getattr(self, name) <= LONGEST:
                raise ValueError(f"{name} must be 0 or more, and {LONGEST} at most")

    def after_first(self, bounds: Bounds, *, is_idempotent: bool) -> _Attempts:
        """Return the attempts of a call whose first one failed: that failure is to be raised in the first of them.

        Args:
            bounds: The bounds of the call.
            is_idempotent: Whether the call may be made again although it may have taken effect.
        """
        # Most calls go well, and most programs never need it.
        import stamina  # noqa: PLC0415

        from cloudkeys.runtime.repetitions import keep_off_standard_output  # noqa: PLC0415

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

    def _decide(self, bounds: Bounds, waits: Iterator[float], is_idempotent: bool, error: Exception) -> bool | float:  # noqa: FBT001 - a partial gives it
        """Return the seconds to wait before repeating after an error, or that it isn't repeated."""
        if not is_retryable(error, is_idempotent=is_idempotent):
            return False
        wait, asked = next(waits), retry_after(error.headers) if isinstance(error, ResponseError) else None
        if asked is not None:
            wait = min(asked, self.longest_retry_after)
        return wait if wait < bounds.left else False


def is_retryable(error: Exception, *, is_idempotent: bool = True) -> bool:
    """Return whether the attempt that ended in this error may be repeated.

    Args:
        error: The error.
        is_idempotent: Whether the call may be made again although it may have taken effect.
    """
    if isinstance(error, CloudkeysError) and error.may_have_taken_effect and not is_idempotent:
        return False
    if isinstance(error, StatusError):
        by_class = isinstance(error, ThrottledError) or (isinstance(error, ServerError) and error.status_code < 500)  # noqa: PLR2004
        return by_class or (type(error) in {StatusError, ServerError} and error.status_code in _RETRIED_STATUSES)
    return isinstance(error, NoResponseError) and error.is_worth_repeating


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds the service asks to wait, from `x-acs-retry-after` (milliseconds) or `Retry-After`.

    A date in `Retry-After` counts from the response's own `Date`.

    Args:
        headers: The headers of a response.

    Returns:
        Seconds, 0 or more; None where the service asks for nothing that can be read.
    """
    milliseconds = headers.get("x-acs-retry-after", "")
    if milliseconds.isdecimal():
        return int(milliseconds[:18]) / 1000
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(int(value[:18]))
    moment = http_date(value)
    return None if moment is None else max(0.0, seconds_left(moment, headers))

"""When a failed attempt is repeated, and after how long."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Final, Protocol

import attrs

from cloudkeys.errors import CloudkeysError, NoResponseError, ResponseError, ServerError, StatusError, ThrottledError
from cloudkeys.runtime.clocks import http_date, seconds_left

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    import stamina

    class _Attempts(Protocol):
        def __iter__(self) -> Iterator[stamina.Attempt]: ...
        def __aiter__(self) -> AsyncIterator[stamina.Attempt]: ...


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
    without waits.

    Attributes:
        attempts: How many attempts a call has at most, 1 or more; 1 switches repeating off.
        total_seconds: Seconds after which a failed attempt isn't repeated; more than 0. What the service asks to wait
            must end within them too, or the call fails at once.
        first_wait: Seconds before the first repetition, without the random part; 0 or more, as are all that follow.
        longest_wait: Seconds before a repetition at most, where the service asks for nothing.
        jitter: Seconds up to which each wait is lengthened by chance.
        longest_retry_after: Seconds that the service may ask for at most; what is above is cut.

    Raises:
        ValueError: A number is smaller than that, or none.
    """

    attempts: int = 4
    total_seconds: float = 60.0
    first_wait: float = 0.2
    longest_wait: float = 10.0
    jitter: float = 0.5
    longest_retry_after: float = 30.0

    def __attrs_post_init__(self) -> None:
        """Check that there is an attempt, some time for it, and that no wait is negative."""
        if not self.attempts >= 1:
            raise ValueError("attempts must be 1 or more")
        if not self.total_seconds > 0:
            raise ValueError("total_seconds must be more than 0")
        for name in ("first_wait", "longest_wait", "jitter", "longest_retry_after"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more")

    def after_first(self, begun: float, *, is_idempotent: bool) -> _Attempts:
        """Return the attempts of a call whose first one failed: that failure is to be raised in the first of them.

        Args:
            begun: When the call began, by `time.monotonic`.
            is_idempotent: Whether the call may be made again although it may have taken effect.
        """
        # Most calls go well, and most programs never need it.
        import stamina  # noqa: PLC0415

        from cloudkeys.runtime.repetitions import keep_off_standard_output  # noqa: PLC0415

        keep_off_standard_output()
        deadline = begun + self.total_seconds
        return stamina.retry_context(
            on=functools.partial(self._decide, deadline, is_idempotent),
            attempts=self.attempts,
            # stamina warns of zero.
            timeout=max(deadline - time.monotonic(), 0.001),
            wait_initial=self.first_wait,
            wait_max=self.longest_wait,
            wait_jitter=self.jitter,
        )

    def _decide(self, deadline: float, is_idempotent: bool, error: Exception) -> bool | float:  # noqa: FBT001 - a partial gives it
        """Return whether to repeat after an error, or the seconds that the service asks to wait before it."""
        if not is_retryable(error, is_idempotent=is_idempotent):
            return False
        asked = retry_after(error.headers) if isinstance(error, ResponseError) else None
        if asked is None:
            return True
        wait = min(asked, self.longest_retry_after)
        return wait if time.monotonic() + wait < deadline else False


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

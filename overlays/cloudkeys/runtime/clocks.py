"""What services say of time, read by their own clocks: the one of this machine may be wrong by days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTABLE: Final = timedelta(minutes=1)


def http_date(text: str) -> datetime | None:
    """Return the moment that a header names, such as `Sat, 28 Nov 2026 12:00:00 GMT`; None where it names none.

    Args:
        text: The value of the header.
    """
    try:
        moment = parsedate_to_datetime(text)
        # Comparing may overflow too: at the ends of time there is no UTC for some zones.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def seconds_left(moment: datetime, headers: Mapping[str, str]) -> float:
    """Return how many seconds were left until a moment when a response was sent; less than 0 where it was over.

    The clock is that of the response's `Date`, and this machine's only where there is none.

    Args:
        moment: The moment, with a time zone.
        headers: The headers of the response.
    """
    return (moment - (http_date(headers.get("date", "")) or datetime.now(UTC))).total_seconds()


def clock_difference(headers: Mapping[str, str]) -> str:
    """Return in words how far the clock of this machine is from that of a response, just received.

    Args:
        headers: The headers of the response.

    Returns:
        Such as `by the response's Date it is 3:00:00 ahead`; empty where they agree, or there is no `Date`.
    """
    there = http_date(headers.get("date", ""))
    ahead = datetime.now(UTC).replace(microsecond=0) - there if there else timedelta()
    if abs(ahead) < _NOTABLE:
        return ""
    return f"by the response's Date it is {abs(ahead)} {'ahead' if ahead > timedelta() else 'behind'}"

"""Times in responses, relative to the service's clock: this machine's may be wrong by days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTABLE: Final = timedelta(minutes=1)


def http_date(text: str) -> datetime | None:
    """Return the time in a header, such as `Sat, 28 Nov 2026 12:00:00 GMT`; None if there is none.

    Args:
        text: The value of the header.
    """
    try:
        moment = parsedate_to_datetime(text)
        # A time near year 1 or 9999 may have no equivalent in UTC.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def seconds_left(moment: datetime, headers: Mapping[str, str]) -> float:
    """Return the seconds from the sending of a response until a time; negative if it was past.

    The response was sent at its `Date`, or now if it has none.

    Args:
        moment: The time, with a time zone.
        headers: The headers of the response.
    """
    return (moment - (http_date(headers.get("date", "")) or datetime.now(UTC))).total_seconds()


def clock_difference(headers: Mapping[str, str]) -> str:
    """Return in words how far this machine's clock is from that of a response received just now.

    Args:
        headers: The headers of the response.

    Returns:
        Text such as `by the response's Date it is 3:00:00 ahead`; empty if the clocks agree or there is no `Date`.
    """
    there = http_date(headers.get("date", ""))
    ahead = datetime.now(UTC).replace(microsecond=0) - there if there else timedelta()
    if abs(ahead) < _NOTABLE:
        return ""
    return f"by the response's Date it is {abs(ahead)} {'ahead' if ahead > timedelta() else 'behind'}"

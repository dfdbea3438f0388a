"""The types that generated models are made of. Their names are those that the model generator imports."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Annotated, Self, TypeAlias

import msgspec

datetime: TypeAlias = Annotated[dt.datetime, msgspec.Meta(tz=True)]  # noqa: PYI042 - the generator's name
"""A datetime with a time zone; a moment without one is not what a spec's `format: date-time` says."""


class StrEnum(enum.StrEnum):
    """A string enumeration that is open: a vendor may add a value before its page, or this package, knows of it.

    A documented value is a member. Any other string becomes a value of the same class that compares, hashes and
    encodes as that string, so nothing is lost and nothing fails:

        >>> class State(StrEnum):
        ...     ENABLED = "ENABLED"
        >>> State("ENABLED") is State.ENABLED
        True
        >>> State("ARCHIVED") == "ARCHIVED", State("ARCHIVED").documented
        (True, False)

    The name of the class is the one that the model generator imports; it has no other base for string enumerations.
    """

    @property
    def documented(self) -> bool:
        """Whether the value is one of those that the vendor's page lists."""
        return self._value_ in type(self)._value2member_map_

    @classmethod
    def _missing_(cls, value: object) -> StrEnum | None:
        if not isinstance(value, str):
            return None
        # Not kept anywhere: a cache of such values could be filled by a server without end.
        undocumented = str.__new__(cls, value)
        undocumented._name_ = "UNDOCUMENTED"
        undocumented._value_ = value
        return undocumented

    @classmethod
    def of(cls, value: str | None) -> Self | None:
        """Return a text as a value of this class; what is no text stays as it is, for the check of the call to refuse.

        Args:
            value: A value of this class, its text, or None.
        """
        return cls(value) if isinstance(value, str) else value

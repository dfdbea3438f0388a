"""Types of the fields of generated models. The model generator determines their names."""

from __future__ import annotations

import datetime as dt
import enum
import hmac
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, Self, TypeAlias, TypeVar, overload

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

OtherT = TypeVar("OtherT")

EPOCH: Final[dt.datetime] = msgspec.msgpack.decode(b"\xd6\xff\0\0\0\0")
"""A datetime of the genuine class, the only one that msgspec supports in types.

While freezegun stops the clock, `dt.datetime` is a subclass. A type made from it would outlast that.
"""
if TYPE_CHECKING:
    datetime: TypeAlias = Annotated[dt.datetime, msgspec.Meta(tz=True)]  # noqa: PYI042 - the generator's name
else:
    datetime = Annotated[type(EPOCH), msgspec.Meta(tz=True)]
"""A datetime with a time zone, as a spec's `format: date-time` requires."""


class StrEnum(enum.StrEnum):
    """An open enumeration of strings: a vendor may send values that its page, or this package, doesn't list.

    A documented value is a member. Any other string becomes a value of the same class that compares, hashes and
    encodes as that string:

        >>> class State(StrEnum):
        ...     ENABLED = "ENABLED"
        >>> State("ENABLED") is State.ENABLED
        True
        >>> State("ARCHIVED") == "ARCHIVED", State("ARCHIVED").documented
        (True, False)

    The model generator uses this name, and has no other base class for string enumerations.
    """

    @property
    def documented(self) -> bool:
        """Whether the vendor's page lists the value."""
        return self._value_ in type(self)._value2member_map_

    @classmethod
    def _missing_(cls, value: object) -> StrEnum | None:
        if not isinstance(value, str):
            return None
        # Not cached: a server could fill the cache without end.
        undocumented = str.__new__(cls, value)
        undocumented._name_ = "UNDOCUMENTED"
        undocumented._value_ = value  # type: ignore[assignment] # mypy mistakes the overloads below for a member
        return undocumented

    @overload
    @classmethod
    def of(cls, value: str) -> Self: ...

    @overload
    @classmethod
    def of(cls, value: str | OtherT) -> Self | OtherT: ...

    @classmethod
    def of(cls, value: str | OtherT) -> Self | OtherT:
        """Convert a string to this class. Other values are returned unchanged; the check of the call refuses them.

        Args:
            value: A value of this class, a string, or None.
        """
        return cls(value) if isinstance(value, str) else value


class SecretStr:
    """A secret string, such as the secret of an access key: absent from `repr`, `str`, logs, errors and pickles.

    It compares, hashes and encodes as its value.

        >>> SecretStr("wJalrXUtnFEMI")
        SecretStr(***)
        >>> SecretStr("wJalrXUtnFEMI").reveal()
        'wJalrXUtnFEMI'
    """

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        """Wrap a value.

        Args:
            value: The value.
        """
        # In a closure, so that tools that show attributes don't show it.
        self._reveal: Callable[[], str] = lambda: value

    @classmethod
    def of(cls, value: Self | str | OtherT) -> Self | OtherT:
        """Wrap a string. Other values are returned unchanged; the check of the call refuses them.

        Args:
            value: A secret, a string, None or UNSET.
        """
        return cls(value) if isinstance(value, str) else value

    def reveal(self) -> str:
        """Return the value."""
        return self._reveal()

    def __eq__(self, other: object) -> bool:
        """Compare by value with a secret or a string."""
        text = other.reveal() if isinstance(other, SecretStr) else other
        if not isinstance(text, str):
            return False
        # As bytes: compare_digest accepts only ASCII strings.
        one, two = (each.encode("utf-8", "surrogatepass") for each in (self.reveal(), text))
        return hmac.compare_digest(one, two)

    def __hash__(self) -> int:
        """Return the hash of the value."""
        return hash(self.reveal())

    def __bool__(self) -> bool:
        """Return whether the value isn't empty."""
        return bool(self.reveal())

    def __repr__(self) -> str:
        """Return asterisks instead of the value."""
        return "SecretStr(***)"

    __str__ = __repr__

    def __copy__(self) -> Self:
        """Return the object itself, which is immutable."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        """Return the object itself, which is immutable."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("a SecretStr isn't pickled: reveal() gives its value")


def decode_hook(kind: type[Any], value: object) -> object:
    """Decode a value to a type that msgspec doesn't support.

    Args:
        kind: The type.
        value: The received value.

    Raises:
        ValueError: The value isn't a string.
    """
    if kind is SecretStr and isinstance(value, str | SecretStr):
        return SecretStr.of(value)
    raise ValueError(f"Expected `str`, got `{type(value).__name__}`")


def encode_hook(value: object) -> object:
    """Encode a value of a type that msgspec doesn't support.

    Args:
        value: The value.

    Raises:
        TypeError: It is neither a SecretStr nor a datetime.
    """
    if isinstance(value, SecretStr):
        return value.reveal()
    if isinstance(value, dt.datetime):
        return type(EPOCH).combine(value, value.timetz())
    raise TypeError(f"can't be sent: {type(value).__name__}")

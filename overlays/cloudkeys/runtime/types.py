"""The types that generated models are made of. Their names are those that the model generator imports."""

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
"""A moment, whose type is the class that msgspec knows.

While freezegun stops the clock, `dt.datetime` is a subclass, which msgspec takes in no type. What is made of it then
would stay, after the clock goes on.
"""
if TYPE_CHECKING:
    datetime: TypeAlias = Annotated[dt.datetime, msgspec.Meta(tz=True)]  # noqa: PYI042 - the generator's name
else:
    datetime = Annotated[type(EPOCH), msgspec.Meta(tz=True)]
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
        undocumented._value_ = value  # type: ignore[assignment] # mypy takes the overloads below for a member
        return undocumented

    @overload
    @classmethod
    def of(cls, value: str) -> Self: ...

    @overload
    @classmethod
    def of(cls, value: str | OtherT) -> Self | OtherT: ...

    @classmethod
    def of(cls, value: str | OtherT) -> Self | OtherT:
        """Return a text as a value of this class; what is no text stays as it is, for the check of the call to refuse.

        Args:
            value: A value of this class, its text, or None.
        """
        return cls(value) if isinstance(value, str) else value


class SecretStr:
    """A secret value, such as the secret of an access key: hidden from `repr`, `str`, logs, errors and pickles.

    It compares and hashes as its value, and is sent as it.

        >>> SecretStr("wJalrXUtnFEMI")
        SecretStr(***)
        >>> SecretStr("wJalrXUtnFEMI").reveal()
        'wJalrXUtnFEMI'
    """

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        """Hide a value.

        Args:
            value: The value.
        """
        # In a closure, so that no tool that shows attributes shows it.
        self._reveal: Callable[[], str] = lambda: value

    @classmethod
    def of(cls, value: Self | str | OtherT) -> Self | OtherT:
        """Return a text as a secret; what is no text stays as it is, for the check of the call to refuse.

        Args:
            value: A secret, its text, None or UNSET.
        """
        return cls(value) if isinstance(value, str) else value

    def reveal(self) -> str:
        """Return the value."""
        return self._reveal()

    def __eq__(self, other: object) -> bool:
        """Compare by value, with a secret or a text."""
        text = other.reveal() if isinstance(other, SecretStr) else other
        if not isinstance(text, str):
            return False
        # As bytes: of texts, it compares only those in ASCII.
        one, two = (each.encode("utf-8", "surrogatepass") for each in (self.reveal(), text))
        return hmac.compare_digest(one, two)

    def __hash__(self) -> int:
        """Hash as the value does."""
        return hash(self.reveal())

    def __bool__(self) -> bool:
        """Return whether there is a value; an empty text is none."""
        return bool(self.reveal())

    def __repr__(self) -> str:
        """Return asterisks, whatever the value is."""
        return "SecretStr(***)"

    __str__ = __repr__

    def __copy__(self) -> Self:
        """Return itself: it never changes."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        """Return itself: it never changes."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("a SecretStr isn't pickled: reveal() gives its value")


def decode_hook(kind: type[Any], value: object) -> object:
    """Return a value that came over the wire as a type that msgspec doesn't know.

    Args:
        kind: The type.
        value: What came.

    Raises:
        ValueError: The value isn't text.
    """
    if kind is SecretStr and isinstance(value, str | SecretStr):
        return SecretStr.of(value)
    raise ValueError(f"Expected `str`, got `{type(value).__name__}`")


def encode_hook(value: object) -> object:
    """Return what is sent for a value of a type that msgspec doesn't know.

    Args:
        value: The value.

    Raises:
        TypeError: It is neither a SecretStr nor of a subclass of datetime.
    """
    if isinstance(value, SecretStr):
        return value.reveal()
    if isinstance(value, dt.datetime):
        return type(EPOCH).combine(value, value.timetz())
    raise TypeError(f"can't be sent: {type(value).__name__}")

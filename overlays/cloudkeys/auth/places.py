"""What all places share in which credentials are looked for: which of them decides, and what is said of the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, TypeVar

from cloudkeys.auth.credentials import AccessKey
from cloudkeys.errors import CredentialsError
from cloudkeys.runtime.headers import check_header_value
from cloudkeys.runtime.redaction import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

T = TypeVar("T")
Place: TypeAlias = "tuple[str, Callable[[], T]]"
"""A place to look in: its name for people, and what reads it."""

# A comment that the vendor's SDK takes for a part of the value, or the quotation marks of a shell.
_NEVER_FOUND: Final = re.compile("[ \"'#]")
_MOST_NAMES: Final = 50


class UnusableError(Exception):
    """Says why a place has no credentials that can be used, and shows nothing of what it has."""


def first(places: Iterable[Place[T]]) -> T:
    """Return what the first place has that has something.

    What is there and can't be used ends the search: what comes after it may belong to another account.

    Args:
        places: The places, in their order.

    Raises:
        CredentialsError: None has anything, and the message says why, without any content; or one has what can't be
            used.
    """
    failures: list[str] = []
    left = iter(places)
    for name, read in left:
        try:
            return read()
        except FileNotFoundError:
            failures.append(f"{name}: there is no such file")
        except UnusableError as error:
            failures.append(f"{name}: {error}")
        except (OSError, RuntimeError) as error:
            failures.append(f"{name}: not readable ({type(error).__name__})")
        except CredentialsError as error:
            failures += [f"{name}: {error}", *(f"{other}: not looked at" for other, _ in left)]
    raise CredentialsError("no credentials were found. Looked for: " + "; ".join(failures))


def key(read: Callable[[str], Any], names: Sequence[str], optional: str = "") -> AccessKey:
    """Return the key whose parts have these names: its ID, its secret and, where there is a third, its token.

    Args:
        read: What gives the value of a name, None where there is none.
        names: The names of variables or fields, two or three.
        optional: The name of a token that may be missing.

    Raises:
        UnusableError: A part is missing or empty.
        CredentialsError: A part can't be one of a key.
    """
    names = [*names, optional] if optional and read(optional) else names
    parts = {name: read(name) for name in names}
    if absent := [f"{'no' if part is None else 'an empty'} {name}" for name, part in parts.items() if not part]:
        raise UnusableError(" and ".join(absent))
    for name, part in parts.items():
        sendable(name, part)
    return AccessKey(*parts.values())


def sendable(name: str, value: str) -> str:
    """Return a value that was found, if it can be sent.

    Args:
        name: The name of its variable or its field, for the message.
        value: The value.

    Raises:
        CredentialsError: It can't be sent, or has what no key and no ID has.
    """
    try:
        check_header_value(name, value)
    except ValueError as error:
        raise CredentialsError(str(error)) from None
    if _NEVER_FOUND.search(value):
        raise CredentialsError(f"{name} has a space, a quotation mark or a # in it, and keys and IDs have none")
    return value


def named(name: str, known: Mapping[str, T], kind: str) -> T:
    """Return what has a name.

    Args:
        name: The name.
        known: What there is, by its names.
        kind: What it is, for the message.

    Raises:
        UnusableError: There is none of that name; the message says which there are.
    """
    if name not in known:
        others = ", ".join([printable(each) for each in known][:_MOST_NAMES])
        raise UnusableError(f"it has no such {kind} as {printable(name)!r}, but {others or 'none at all'}")
    return known[name]


def of_mode(profile: Mapping[str, Any], field: str, modes: Mapping[str, Sequence[str]], provider: str) -> AccessKey:
    """Return the key of a profile, from the fields that belong to its mode.

    Args:
        profile: The profile.
        field: The name of the field that says its mode.
        modes: The names of the fields of each mode.
        provider: The class of `alibabacloud-credentials` that knows the other modes.

    Raises:
        UnusableError: A field of its mode is missing or empty.
        CredentialsError: It is of another mode, or a field of its mode can't be sent.
    """
    mode = profile.get(field)
    if not mode:
        raise UnusableError(f"no {field}")
    if not isinstance(mode, str) or mode not in modes:
        refuse_role(f"its {field} {printable(str(mode))}", f"uses {provider} of alibabacloud-credentials")
    return key(profile.get, modes[mode])


def refuse_role(what: str, adapter: str) -> NoReturn:
    """Refuse what the vendor's SDK makes temporary keys from.

    Args:
        what: Its name, for the message.
        adapter: What a function does that supplies these keys.

    Raises:
        CredentialsError: Always.
    """
    raise CredentialsError(f"{what} is not read here: give credentials= a function that {adapter}")


def check_profile(profile: str | None, *others: object) -> None:
    """Refuse a profile beside other credentials, and one with an empty name, which would mean another profile.

    Args:
        profile: The name of the profile; None where none is given.
        *others: Other credentials; None where they aren't given.

    Raises:
        ValueError: It is such a profile.
    """
    if profile == "":
        raise ValueError("profile must not be empty")
    if profile is not None and any(other is not None for other in others):
        raise ValueError("give a profile or other credentials, and not both")

"""Helpers for the sources of credentials: which source decides, and what the error reports about the others."""

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
Source: TypeAlias = "tuple[str, Callable[[], T]]"
"""A source of credentials: its name for messages, and the function that reads it."""

# A comment that the vendor's SDK takes for a part of the value, or a shell's quotation marks.
_NEVER_IN_VALUES: Final = re.compile("[ \"'#]")
_MAX_NAMES: Final = 50


class UnusableError(Exception):
    """Why a source has no usable credentials; the message shows none of its content."""


def read_first(sources: Iterable[Source[T]]) -> T:
    """Return the credentials of the first source that has any.

    Credentials that exist but can't be used end the search: those of the next source may belong to another account.

    Args:
        sources: The sources, in order of precedence.

    Raises:
        CredentialsError: No source has credentials, or those found can't be used; the message gives the reasons
            without any content.
    """
    failures: list[str] = []
    remaining = iter(sources)
    for name, read in remaining:
        try:
            return read()
        except FileNotFoundError:
            failures.append(f"{name}: there is no such file")
        except UnusableError as error:
            failures.append(f"{name}: {error}")
        except (OSError, RuntimeError) as error:
            failures.append(f"{name}: can't be read ({type(error).__name__})")
        except CredentialsError as error:
            failures += [f"{name}: {error}", *(f"{other}: not searched" for other, _ in remaining)]
    raise CredentialsError("no credentials were found. Looked for: " + "; ".join(failures))


def read_access_key(read: Callable[[str], Any], names: Sequence[str], optional: str = "") -> AccessKey:
    """Read an access key from variables or fields: its ID, its secret and, for temporary keys, its token.

    Args:
        read: Returns the value of a variable or field; None if it is missing.
        names: The names of the variables or fields, two or three.
        optional: The name of a token that may be missing.

    Raises:
        UnusableError: A value is missing or empty.
        CredentialsError: A value isn't valid in an access key.
    """
    names = [*names, optional] if optional and read(optional) else names
    values = {name: read(name) for name in names}
    if missing := [f"{'no' if value is None else 'an empty'} {name}" for name, value in values.items() if not value]:
        raise UnusableError(" and ".join(missing))
    for name, value in values.items():
        check_found_value(name, value)
    return AccessKey(*values.values())


def check_found_value(name: str, value: str) -> str:
    """Return a value read from a source, if it can be sent.

    Args:
        name: The name of the variable or field, for the message.
        value: The value.

    Raises:
        CredentialsError: The value can't be sent, or contains a character that no key or ID contains.
    """
    try:
        check_header_value(name, value)
    except ValueError as error:
        raise CredentialsError(str(error)) from None
    if _NEVER_IN_VALUES.search(value):
        raise CredentialsError(f"{name} contains a space, a quotation mark or a #, which no key or ID contains")
    return value


def look_up(name: str, known: Mapping[str, T], kind: str) -> T:
    """Return the profile or section with a name.

    Args:
        name: The name.
        known: All profiles or sections, by name.
        kind: `profile` or `section`, for the message.

    Raises:
        UnusableError: The name is unknown; the message lists the known ones.
    """
    if name not in known:
        others = ", ".join([printable(each) for each in known][:_MAX_NAMES])
        raise UnusableError(f"it has no {kind} {printable(name)!r} (found: {others or 'none'})")
    return known[name]


def access_key_of_profile(
    profile: Mapping[str, Any], field: str, modes: Mapping[str, Sequence[str]], provider: str
) -> AccessKey:
    """Return the access key of a profile, read from the fields that belong to its mode.

    Args:
        profile: The profile.
        field: The name of the field that contains the mode.
        modes: The field names of each supported mode.
        provider: The class of `alibabacloud-credentials` that supports the other modes.

    Raises:
        UnusableError: A field of the mode is missing or empty.
        CredentialsError: The mode isn't supported, or a field of the mode can't be sent.
    """
    mode = profile.get(field)
    if not mode:
        raise UnusableError(f"no {field}")
    if not isinstance(mode, str) or mode not in modes:
        refuse_role(f"its {field} {printable(str(mode))}", f"uses {provider} of alibabacloud-credentials")
    return read_access_key(profile.get, modes[mode])


def refuse_role(role: str, adapter: str) -> NoReturn:
    """Refuse a configuration from which the vendor's SDK fetches temporary keys.

    Args:
        role: The configuration, for the message.
        adapter: What a function that supplies these keys does.

    Raises:
        CredentialsError: Always.
    """
    raise CredentialsError(f"{role} is not supported: pass credentials= a function that {adapter}")


def check_profile(profile: str | None, *others: object) -> None:
    """Refuse a profile in addition to other credentials, and an empty name, which would select another profile.

    Args:
        profile: The name of the profile; None if not given.
        *others: Other credentials; None if not given.

    Raises:
        ValueError: The profile is refused.
    """
    if profile == "":
        raise ValueError("profile must not be empty")
    if profile is not None and any(other is not None for other in others):
        raise ValueError("give a profile or other credentials, not both")

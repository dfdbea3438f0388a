"""Encoding: from checked parameters to the path, query, headers and body of a request."""

from __future__ import annotations

import functools
import math
from datetime import time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote
from uuid import UUID

import msgspec

from cloudkeys.errors import ParameterError
from cloudkeys.runtime.decoding import decode, describe_error
from cloudkeys.runtime.headers import check_header_value
from cloudkeys.runtime.types import EPOCH, SecretStr, decode_hook, encode_hook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ENCODER: Final = msgspec.json.Encoder(enc_hook=encode_hook)
_NO_JSON: Final = (bytes, bytearray, memoryview, type(EPOCH), type(EPOCH.date()), time, timedelta, Decimal, UUID)
"""Types that msgspec would encode as strings."""
_ALLOWED: Final = {
    "exactly-one-of": (range(1, 2), "give exactly one of"),
    "at-least-one-of": (range(1, 1_000), "give at least one of"),
    "at-most-one-of": (range(2), "give at most one of"),
}
"""For each constraint, the allowed number of given parameters, and the words of its message."""


def check_values(
    operation: str, parameters: msgspec.Struct, nullable: Sequence[str], unchecked: str | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Check values; return them by the vendor's names, with the secrets in them.

    Args:
        operation: The name of the operation, for errors.
        parameters: The Struct of its parameters.
        nullable: The names of the parameters that are sent as null if they are None.
        unchecked: The name of the attribute that may have any text, since it came from the service.

    Raises:
        ParameterError: A value doesn't match the spec.
    """
    given: dict[str, Any] = {}
    exempt = unchecked and next(field.encode_name for field in _fields(type(parameters)) if field.name == unchecked)
    for field in _fields(type(parameters)):
        value, name = getattr(parameters, field.name), field.encode_name
        if value is msgspec.UNSET or (value is None and name not in nullable):
            if field.required:
                raise ParameterError(operation, name, "is required")
        elif isinstance(value, str | SecretStr) and not _is_utf8(_text(value)):
            raise ParameterError(operation, name, "must be text that UTF-8 can encode")
        elif isinstance(value, set | frozenset):
            # msgspec accepts a set as a list, in any order.
            raise ParameterError(operation, name, "must be a list")
        elif isinstance(value, float) and not math.isfinite(value):
            raise ParameterError(operation, name, "must be a number")
        else:
            given[name] = value
    try:
        plain = {name: _plain(operation, name, value) for name, value in given.items() if name != exempt}
        converted = msgspec.convert(plain, type(parameters), dec_hook=decode_hook)
    except msgspec.ValidationError as error:
        reason, path = describe_error(error)
        raise ParameterError(operation, path.removeprefix("$.") if path != "$" else "(all)", reason) from None
    for field in _fields(type(parameters)):
        if isinstance(value := given.get(field.encode_name), dict | list | tuple):
            _check_members(operation, field.encode_name, cast("object", value), getattr(converted, field.name))
    return given, collect_secrets(converted)


def _plain(operation: str, name: str, value: object) -> object:
    """Return a value as plain data: msgspec accepts lists and Structs made in Python without checking their members."""
    if not isinstance(value, list | tuple | dict | msgspec.Struct):
        return value
    try:
        _ENCODER.encode(value)
        # A value without a JSON form stays unchanged and fails the type check: bytes don't become a string.
        return msgspec.to_builtins(value, enc_hook=encode_hook, builtin_types=_NO_JSON)
    except UnicodeEncodeError:
        raise ParameterError(operation, name, "must be text that UTF-8 can encode") from None
    except (TypeError, ValueError, RecursionError):
        raise ParameterError(operation, name, "holds what can't be sent") from None


def _check_members(operation: str, name: str, value: object, kept: object) -> None:
    """Check that a dict given for a Struct has only members of that Struct, at any depth."""
    if isinstance(value, dict) and isinstance(kept, msgspec.Struct):
        names = {field.encode_name: field.name for field in _fields(type(kept))}
        for key, inner in cast("dict[str, object]", value).items():
            if key not in names:
                raise ParameterError(operation, f"{name}.{key}", "is no field of it")
            _check_members(operation, f"{name}.{key}", inner, getattr(kept, names[key]))
    elif isinstance(value, list | tuple):
        items, kept_items = cast("Sequence[object]", value), cast("Sequence[object]", kept)
        for number, (item, its) in enumerate(zip(items, kept_items, strict=True)):
            _check_members(operation, f"{name}[{number}]", item, its)


def check_lengths(operation: str, longest: Mapping[str, int], given: Mapping[str, Any]) -> None:
    """Check the lengths of secrets.

    Args:
        operation: The name of the operation, for errors.
        longest: The most characters of each secret.
        given: The values to send.

    Raises:
        ParameterError: A secret is longer.
    """
    for name, most in longest.items():
        if len(_text(given.get(name, ""))) > most:
            raise ParameterError(operation, name, f"must have at most {most} characters")


def check_constraints(
    operation: str, constraints: Sequence[tuple[str, tuple[str, ...]]], given: Mapping[str, Any]
) -> None:
    """Check the constraints on combinations of parameters.

    Args:
        operation: The name of the operation, for errors.
        constraints: The kind of each constraint, with the names of its parameters.
        given: The values to send.

    Raises:
        ParameterError: A constraint is violated.
    """
    for kind, names in constraints:
        allowed, words = _ALLOWED[kind]
        if sum(name in given for name in names) not in allowed:
            raise ParameterError(operation, " or ".join(names), f"{words} {', '.join(names)}")


def path_segment(operation: str, name: str, value: object) -> str:
    """Return a value as a segment of a path.

    Args:
        operation: The name of the operation, for errors.
        name: The name of the parameter, for errors.
        value: The value.

    Raises:
        ParameterError: The value isn't a single segment.
    """
    text = _text(value)
    if text in {"", ".", ".."} or any(character in "/\\" or not character.isprintable() for character in text):
        reason = "must be one segment of a path: not empty, no dots alone, no slash, no control character"
        raise ParameterError(operation, name, reason)
    return quote(text, safe="~")


def header_values(operation: str, given: Mapping[str, object]) -> dict[str, str]:
    """Return the values of headers as strings, without those that are None.

    Args:
        operation: The name of the operation, for errors.
        given: The values by the names of the headers.

    Raises:
        ParameterError: A value can't be sent in a header.
    """
    texts = {name: _text(value) for name, value in given.items() if value is not None}
    for name, text in texts.items():
        try:
            check_header_value("the value", text)
        except ValueError as error:
            raise ParameterError(operation, name, str(error)) from None
    return texts


def query_text(given: Mapping[str, object], numbered: Sequence[str] = ()) -> str:
    """Return a query, percent-encoded by RFC 3986.

    Args:
        given: The values by the vendor's names.
        numbered: The names of the arrays that are sent as `Name.1=a&Name.2=b`, with objects as `Name.1.Key=a`. Others
            are sent as `Name=a&Name=b`.
    """
    pairs = [pair for name, value in given.items() for pair in _pairs(name, value, is_numbered=name in numbered)]
    return "&".join(f"{quote(name, safe='~')}={quote(_text(value), safe='~')}" for name, value in pairs)


def _pairs(name: str, value: object, *, is_numbered: bool) -> Iterator[tuple[str, object]]:
    if isinstance(value, list | tuple):
        for number, item in enumerate(cast("Sequence[object]", value), 1):
            yield from _pairs(f"{name}.{number}" if is_numbered else name, item, is_numbered=is_numbered)
    elif isinstance(value, msgspec.Struct):
        fields: dict[str, Any] = msgspec.to_builtins(value, enc_hook=encode_hook)
        for key, inner in fields.items():
            yield from _pairs(f"{name}.{key}", inner, is_numbered=is_numbered)
    elif value is not None:
        yield name, value


def body_content(operation: str, body: type[msgspec.Struct], fields: Mapping[str, Any]) -> bytes:
    """Return the encoded body.

    Args:
        operation: The name of the operation, for errors.
        body: The Struct of the body.
        fields: Its values by the vendor's names.

    Raises:
        ParameterError: A value doesn't match the spec.
    """
    try:
        content = _ENCODER.encode(fields)
        # Checks the very bytes that are sent, at any depth.
        decode(body, content)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        reason, path = describe_error(error)
        raise ParameterError(operation, path.removeprefix("$.") if path != "$" else "(body)", reason) from None
    return content


def collect_secrets(value: object) -> tuple[str, ...]:
    """Return the secrets in a value, at any depth.

    Args:
        value: A Struct, a list, or any other value.
    """
    if isinstance(value, SecretStr):
        return (value.reveal(),)
    if isinstance(value, msgspec.Struct):
        value = [getattr(value, name) for name in value.__struct_fields__]
    items = cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()
    return tuple(found for item in items for found in collect_secrets(item))


@functools.cache
def field_names(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the vendor's names of the fields of a Struct.

    Args:
        struct: The Struct.
    """
    return tuple(field.encode_name for field in msgspec.structs.fields(struct))


@functools.cache
def _fields(schema: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(schema)


def _is_utf8(text: str) -> bool:
    """Return whether UTF-8 can encode a text, which has no lone surrogates then."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, SecretStr):
        return value.reveal()
    # Members of the caller's own enumerations count by value, not by name.
    if isinstance(value, int):
        return int.__repr__(value)
    return str.__str__(value) if isinstance(value, str) else str(value)

"""Decoding: from the bytes of a body to its Struct."""

from __future__ import annotations

import functools
from typing import Any, TypeVar

import msgspec

from cloudkeys.runtime.redaction import printable
from cloudkeys.runtime.types import SecretStr, decode_hook

SchemaT = TypeVar("SchemaT", bound=msgspec.Struct | None)


def decode(schema: type[SchemaT], content: bytes) -> SchemaT:
    """Return the decoded body.

    Args:
        schema: The Struct of the body.
        content: The raw body.

    Raises:
        msgspec.MsgspecError: It doesn't match the Struct. Hostile bytes also raise ValueError and RecursionError.
    """
    kind: Any = schema
    body: SchemaT = _decoder(kind).decode(content)
    return body


@functools.cache
def _decoder(schema: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(schema, dec_hook=decode_hook)


def describe_error(error: Exception) -> tuple[str, str]:
    """Return the reason of a decoding error, and its JSON path; `$` is the whole body.

    Args:
        error: The error.
    """
    if not isinstance(error, msgspec.MsgspecError):
        return f"not readable ({type(error).__name__})", "$"
    reason, separator, path = str(error).rpartition(" - at `")
    return (printable(reason), printable(path.removesuffix("`"))) if separator else (printable(path), "$")


@functools.cache
def holds_secrets(schema: Any) -> bool:  # noqa: ANN401 - any hashable type
    """Return whether a body of a Struct can contain a secret.

    Args:
        schema: The Struct.
    """
    return _reaches_secret(msgspec.inspect.type_info(schema), set())


def _reaches_secret(node: Any, seen: set[int]) -> bool:  # noqa: ANN401 - one of msgspec's many type descriptions
    if id(node) in seen:
        return False
    seen.add(id(node))
    if isinstance(node, msgspec.inspect.CustomType):
        return node.cls is SecretStr
    inner = [getattr(node, name, None) for name in ("item_type", "value_type", "type")]
    inner += [field.type for field in getattr(node, "fields", ())]
    inner += getattr(node, "types", ())
    return any(_reaches_secret(part, seen) for part in inner if isinstance(part, msgspec.inspect.Type))

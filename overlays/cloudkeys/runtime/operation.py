"""One operation of a vendor's API as data, and the two pure steps of calling it: build the request, read the response.

The generated modules hold one `Operation` each. Nothing here does any input or output.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

import msgspec

from cloudkeys.errors import DecodeError, ParameterError
from cloudkeys.runtime.messages import Reply, Request, Response
from cloudkeys.runtime.redaction import printable
from cloudkeys.runtime.status import read_error, status_error

BodyT = TypeVar("BodyT", bound=msgspec.Struct)
SchemaT = TypeVar("SchemaT", bound=msgspec.Struct)

_LONGEST_TARGET: Final = 16_384
_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
# What a decoder of msgspec can raise on hostile bytes: MsgspecError for most, UnicodeDecodeError for text that isn't
# UTF-8, RecursionError for deep nesting, OverflowError and ValueError for numbers and times out of range.
_DECODING_ERRORS = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


class Operation(msgspec.Struct, Generic[BodyT], frozen=True, kw_only=True):
    """One operation, as its spec describes it.

    Attributes:
        name: The vendor's name of the operation.
        method: The HTTP method.
        path: The path, with its parameters in braces.
        query: The names of the query parameters, in the order in which they are sent.
        headers: The headers that are constant for the operation.
        parameters: The schema of all parameters that a caller gives.
        success_status: The status code of a result.
        success: The schema of a result.
        errors: The schema of the error body for each documented status code; None stands for every other status.
    """

    name: str
    method: str
    path: str
    query: tuple[str, ...]
    headers: Mapping[str, str]
    parameters: type[msgspec.Struct]
    success_status: int
    success: type[BodyT]
    errors: Mapping[int | None, type[msgspec.Struct]]

    def build_request(self, arguments: Mapping[str, Any]) -> Request:
        """Build the request of one call.

        Args:
            arguments: The value of each parameter, by the vendor's name; UNSET for those that aren't sent.

        Returns:
            The request.

        Raises:
            ParameterError: A value isn't what the spec says, or can't be a part of a path.
        """
        given = {name: value for name, value in arguments.items() if value is not msgspec.UNSET}
        self._check(given)
        path = _PARAMETER.sub(lambda match: self._segment(match[1], given[match[1]]), self.path)
        query = "&".join(
            f"{quote(name, safe='~')}={quote(_text(given[name]), safe='~')}" for name in self.query if name in given
        )
        target = f"{path}?{query}" if query else path
        if len(target) > _LONGEST_TARGET:
            raise ParameterError(self.name, "(all)", f"make a URL of more than {_LONGEST_TARGET} characters together")
        return Request(self.name, self.method, target, dict(self.headers))

    def read_reply(self, reply: Reply) -> Response[BodyT]:
        """Read what came back, decoding its body.

        Args:
            reply: The status, the headers and the content.

        Returns:
            The result.

        Raises:
            StatusError: The status is an error, or isn't documented; the class says which kind of error.
            DecodeError: The status is success, but the body isn't what the spec says.
        """
        if reply.status_code != self.success_status:
            raise status_error(self.name, reply, self._error_body(reply))
        try:
            if reply.damage:
                raise ValueError(reply.damage)
            body = _decode(self.success, reply.content)
        except _DECODING_ERRORS as cause:
            error = DecodeError(self.name, reply.status_code, reply.headers, reply.content)
            reason, error.path = (reply.damage, "$") if reply.damage else _explain(cause)
            error.reason = f"at {error.path}: {reason}"
            error.body_request_id = read_error(reply.content).request_id
            # Not chained: the message of the cause may repeat what the server sent.
            raise error.hide(reply.secrets) from None
        return Response(reply.status_code, reply.headers, reply.content, body)

    def _error_body(self, reply: Reply) -> msgspec.Struct | None:
        schema = self.errors.get(reply.status_code, self.errors.get(None))
        if schema is None:
            return None
        try:
            return _decode(schema, reply.content)
        except _DECODING_ERRORS:
            return None

    def _check(self, given: Mapping[str, Any]) -> None:
        for name, value in given.items():
            if isinstance(value, str) and not _is_utf8(value):
                raise ParameterError(self.name, name, "must be text that UTF-8 can encode")
        for name in _required(self.parameters):
            if given.get(name) is None:
                raise ParameterError(self.name, name, "is required")
        try:
            msgspec.convert(given, self.parameters)
        except msgspec.ValidationError as error:
            reason, path = _explain(error)
            raise ParameterError(self.name, path.removeprefix("$.") if path != "$" else "(all)", reason) from None

    def _segment(self, name: str, value: Any) -> str:
        text = _text(value)
        if text in {"", ".", ".."} or any(character in "/\\" or not character.isprintable() for character in text):
            reason = "must be one segment of a path: not empty, no dots alone, no slash, no control character"
            raise ParameterError(self.name, name, reason)
        return quote(text, safe="~")


def _decode(schema: type[SchemaT], content: bytes) -> SchemaT:
    body: SchemaT = _decoder(schema).decode(content)
    return body


@functools.cache
def _required(schema: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(field.encode_name for field in msgspec.structs.fields(schema) if field.required)


@functools.cache
def _decoder(schema: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(schema)


def _explain(error: Exception) -> tuple[str, str]:
    """Return what a decoding error says, and the JSON path of the place that it speaks of."""
    if not isinstance(error, msgspec.MsgspecError):
        return f"not readable ({type(error).__name__})", "$"
    reason, separator, path = str(error).rpartition(" - at `")
    return (printable(reason), printable(path.removesuffix("`"))) if separator else (printable(path), "$")


def _is_utf8(text: str) -> bool:
    """Return whether a text can be sent: half of a surrogate pair can't."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A member of somebody's own enumeration is its value, not its name.
    if isinstance(value, int):
        return int.__repr__(value)
    return str.__str__(value) if isinstance(value, str) else str(value)

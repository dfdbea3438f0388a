"""One operation of a vendor's API as data, and the calls that are made of it.

Each generated operation module holds one `Operation`. Building a request and reading a response do no input or output.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, TypeVar
from urllib.parse import quote

import attrs
import msgspec

from cloudkeys.errors import DecodeError, ParameterError
from cloudkeys.runtime.client import AsyncClient, ServiceT, SyncClient
from cloudkeys.runtime.messages import Reply, Request, Response
from cloudkeys.runtime.redaction import printable
from cloudkeys.runtime.status import response_error, status_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

P = ParamSpec("P")
BodyT = TypeVar("BodyT", bound=msgspec.Struct)
SchemaT = TypeVar("SchemaT", bound=msgspec.Struct)

_LONGEST_TARGET: Final = 16_384
_IN_BRACES: Final = re.compile(r"\{([^{}]+)\}")
# What msgspec's decoder raises on hostile bytes: MsgspecError for most, UnicodeDecodeError for text that isn't UTF-8,
# RecursionError for deep nesting, OverflowError and ValueError for numbers and times out of range.
_DECODING_ERRORS: Final = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


@attrs.frozen(kw_only=True, eq=False)
class Operation(Generic[ServiceT, P, BodyT]):
    """One operation, as its spec describes it.

    Attributes:
        service: The API that it belongs to; only clients of that API call it.
        name: The vendor's name of the operation.
        method: The HTTP method.
        path: The path, with its parameters in braces.
        parameters: The Struct of all parameters; those that aren't in the path are sent in the query.
        success: The status code of a result, and the Struct of its body.
        errors: The Struct of the error body for each documented status code; None stands for every other status.
        headers: The headers that are constant for the operation.
    """

    service: type[ServiceT]
    name: str
    method: str
    path: str
    parameters: Callable[P, msgspec.Struct]
    success: tuple[int, type[BodyT]]
    errors: Mapping[int | None, type[msgspec.Struct]] = attrs.field(factory=dict[int | None, type[msgspec.Struct]])
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])

    def sync_detailed(self, client: SyncClient[ServiceT], /, *args: P.args, **kwargs: P.kwargs) -> Response[BodyT]:
        """Call the operation.

        Args:
            client: A client of the API.
            *args: Nothing: the parameters are given by name.
            **kwargs: The parameters, by their names in the Struct; None is not sent.

        Returns:
            The result, with status, headers and raw content.

        Raises:
            CloudkeysError: There is no result; `cloudkeys.errors` has the tree.
            TypeError: A required parameter is missing, or the client is of another API, or async.
        """
        request = self._request(client, SyncClient, *args, **kwargs)
        return client.call(request, self.read_reply)

    def sync(self, client: SyncClient[ServiceT], /, *args: P.args, **kwargs: P.kwargs) -> BodyT:
        """Call the operation as `sync_detailed` does, and return the body alone."""
        return self.sync_detailed(client, *args, **kwargs).body

    async def asyncio_detailed(
        self, client: AsyncClient[ServiceT], /, *args: P.args, **kwargs: P.kwargs
    ) -> Response[BodyT]:
        """Call the operation as `sync_detailed` does, from an asyncio event loop."""
        request = self._request(client, AsyncClient, *args, **kwargs)
        return await client.call(request, self.read_reply)

    async def asyncio(self, client: AsyncClient[ServiceT], /, *args: P.args, **kwargs: P.kwargs) -> BodyT:
        """Call the operation as `asyncio_detailed` does, and return the body alone."""
        return (await self.asyncio_detailed(client, *args, **kwargs)).body

    def _request(self, client: object, kind: type[Any], *args: P.args, **kwargs: P.kwargs) -> Request:
        # Checked before anything is sent: a sync client that is awaited would fail only after its call.
        if not isinstance(client, kind) or client.service is not self.service:
            wanted = f"{self.service.__module__.rpartition('.')[0]}.{kind.__name__.removeprefix('Sync')}"
            raise TypeError(f"{self.name} needs a {wanted}, not a {type(client).__module__}.{type(client).__name__}")
        return self.build_request(self.parameters(*args, **kwargs))

    def build_request(self, parameters: msgspec.Struct) -> Request:
        """Build the request of one call.

        Args:
            parameters: The Struct of the operation's parameters; None and UNSET are not sent.

        Returns:
            The request, neither signed nor sent.

        Raises:
            ParameterError: A value isn't what the spec says, or can't be a part of a path.
        """
        given = self._checked(parameters)
        in_path = _names_in(self.path)
        path = _IN_BRACES.sub(lambda match: self._segment(match[1], given[match[1]]), self.path)
        query = "&".join(
            f"{quote(name, safe='~')}={quote(_text(value), safe='~')}"
            for name, value in given.items()
            if name not in in_path
        )
        target = f"{path}?{query}" if query else path
        if len(target) > _LONGEST_TARGET:
            raise ParameterError(self.name, "(all)", f"make a URL of more than {_LONGEST_TARGET} characters together")
        return Request(self.name, self.method, target, self.headers)

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
        status, schema = self.success
        if reply.status_code != status:
            raise status_error(self.name, reply, self._error_body(reply))
        try:
            if reply.damage:
                raise ValueError(reply.damage)
            body = decode(schema, reply.content)
        except _DECODING_ERRORS as cause:
            reason, path = (reply.damage, "$") if reply.damage else _explained(cause)
            error = response_error(DecodeError, self.name, reply, f"at {path}: {reason}")
            error.path = path
            # Not chained: the message of the cause may repeat what the server sent.
            raise error from None
        return Response(reply.status_code, reply.headers, reply.content, body)

    def _error_body(self, reply: Reply) -> msgspec.Struct | None:
        schema = self.errors.get(reply.status_code, self.errors.get(None))
        if schema is None:
            return None
        try:
            return decode(schema, reply.content)
        except _DECODING_ERRORS:
            return None

    def _checked(self, parameters: msgspec.Struct) -> dict[str, Any]:
        """Return the values to send by the vendor's names, each of them checked."""
        given: dict[str, Any] = {}
        for field in _fields(type(parameters)):
            value = getattr(parameters, field.name)
            if value is None or value is msgspec.UNSET:
                if field.required:
                    raise ParameterError(self.name, field.encode_name, "is required")
            elif isinstance(value, str) and not _is_utf8(value):
                raise ParameterError(self.name, field.encode_name, "must be text that UTF-8 can encode")
            else:
                given[field.encode_name] = value
        try:
            msgspec.convert(given, type(parameters))
        except msgspec.ValidationError as error:
            reason, path = _explained(error)
            raise ParameterError(self.name, path.removeprefix("$.") if path != "$" else "(all)", reason) from None
        return given

    def _segment(self, name: str, value: object) -> str:
        text = _text(value)
        if text in {"", ".", ".."} or any(character in "/\\" or not character.isprintable() for character in text):
            reason = "must be one segment of a path: not empty, no dots alone, no slash, no control character"
            raise ParameterError(self.name, name, reason)
        return quote(text, safe="~")


def decode(schema: type[SchemaT], content: bytes) -> SchemaT:
    """Return a body, decoded.

    Args:
        schema: The Struct of the body.
        content: The body, raw.

    Raises:
        msgspec.MsgspecError: It isn't what the Struct says; hostile bytes raise ValueError and RecursionError too.
    """
    body: SchemaT = _decoder(schema).decode(content)
    return body


@functools.cache
def _names_in(path: str) -> frozenset[str]:
    return frozenset(_IN_BRACES.findall(path))


@functools.cache
def _fields(schema: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(schema)


@functools.cache
def _decoder(schema: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(schema)


def _explained(error: Exception) -> tuple[str, str]:
    """Return what a decoding error says, and the JSON path that it names."""
    if not isinstance(error, msgspec.MsgspecError):
        return f"not readable ({type(error).__name__})", "$"
    reason, separator, path = str(error).rpartition(" - at `")
    return (printable(reason), printable(path.removesuffix("`"))) if separator else (printable(path), "$")


def _is_utf8(text: str) -> bool:
    """Return whether a text can be sent: half of a surrogate pair can't."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A member of somebody's own enumeration is its value, not its name.
    if isinstance(value, int):
        return int.__repr__(value)
    return str.__str__(value) if isinstance(value, str) else str(value)

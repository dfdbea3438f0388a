"""One operation of a vendor's API as data, and the calls that are made of it.

Each generated operation module holds one `Operation`. Building a request and reading a response do no input or output.
"""

from __future__ import annotations

import re
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, TypeVar

import attrs
import msgspec

from cloudkeys.errors import DecodeError, NotFoundError, ParameterError
from cloudkeys.runtime.client import AsyncClient, ServiceT, SyncClient
from cloudkeys.runtime.decoding import decode, explained, holds_secrets
from cloudkeys.runtime.encoding import (
    body_content,
    check_constraints,
    check_lengths,
    checked,
    header_values,
    names_of,
    path_segment,
    query_text,
)
from cloudkeys.runtime.error_body import says_failure
from cloudkeys.runtime.messages import RawResponse, Request, Response
from cloudkeys.runtime.status import response_error, status_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

P = ParamSpec("P")
BodyT = TypeVar("BodyT", bound=msgspec.Struct | None)

_LONGEST_TARGET: Final = 16_384
_IN_BRACES: Final = re.compile(r"\{([^{}]+)\}")
# What msgspec's decoder raises on hostile bytes: MsgspecError for most, UnicodeDecodeError for text that isn't UTF-8,
# RecursionError for deep nesting, OverflowError and ValueError for numbers and times out of range.
_DECODING_ERRORS: Final = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


def _hold_secrets(kinds: Iterable[Any]) -> bool:
    return any(map(holds_secrets, kinds))


@attrs.frozen(kw_only=True, eq=False)
class Operation(Generic[ServiceT, P, BodyT]):
    """One operation, as its spec describes it.

    Attributes:
        service: The API that it belongs to; only clients of that API call it.
        name: The vendor's name of the operation.
        method: The HTTP method.
        path: The path, with its parameters in braces.
        parameters: The Struct of all parameters; those that aren't in the path are sent in the query.
        success: The Struct of the body for each status code of a result; NoneType where it has no body.
        errors: The Struct of the error body for each documented status code; None stands for every other status.
        headers: The headers that are constant for the operation.
        in_header: The names of the parameters that are sent as headers.
        numbered: The names of the arrays that are sent as `Name.1`, `Name.2` and so on; others repeat the name.
        body: The Struct of the request's body, whose fields are parameters too; None where there is none.
        nullable: The names of the fields of the body that may be null; None in others is not sent.
        longest: How many characters each secret may have; the Structs say it of other texts.
        constraints: What must hold of several parameters together: the kind and their names.
        idempotent: Whether a call may be made again although it may have taken effect.
        absent_is_done: Whether "not found", after an attempt that may have taken effect, is a result.
        returns_secrets: Whether a result can hold secrets.
    """

    service: type[ServiceT]
    name: str
    method: str
    path: str
    parameters: Callable[P, msgspec.Struct]
    success: Mapping[int, type[BodyT]]
    errors: Mapping[int | None, type[msgspec.Struct]] = attrs.field(factory=dict[int | None, type[msgspec.Struct]])
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    in_header: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    body: type[msgspec.Struct] | None = None
    nullable: tuple[str, ...] = ()
    longest: Mapping[str, int] = attrs.field(factory=dict[str, int])
    constraints: tuple[tuple[str, tuple[str, ...]], ...] = ()
    idempotent: bool = True
    absent_is_done: bool = False
    returns_secrets: bool = attrs.field(
        init=False, default=attrs.Factory(lambda self: _hold_secrets(self.success.values()), takes_self=True)
    )

    @property
    def full_name(self) -> str:
        """The names of the spec and the operation, such as `huawei_csms.ListSecrets`: no other operation has them."""
        return f"{self.service.__module__.split('.')[-2]}.{self.name}"

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
        return client.call(request, self.read_response)

    def sync(self, client: SyncClient[ServiceT], /, *args: P.args, **kwargs: P.kwargs) -> BodyT:
        """Call the operation as `sync_detailed` does, and return the body alone."""
        return self.sync_detailed(client, *args, **kwargs).body

    async def asyncio_detailed(
        self, client: AsyncClient[ServiceT], /, *args: P.args, **kwargs: P.kwargs
    ) -> Response[BodyT]:
        """Call the operation as `sync_detailed` does, from an asyncio event loop."""
        request = self._request(client, AsyncClient, *args, **kwargs)
        return await client.call(request, self.read_response)

    async def asyncio(self, client: AsyncClient[ServiceT], /, *args: P.args, **kwargs: P.kwargs) -> BodyT:
        """Call the operation as `sync_detailed` does, from an asyncio event loop, and return the body alone."""
        return (await self.asyncio_detailed(client, *args, **kwargs)).body

    def _request(self, client: Any, kind: type[Any], /, *args: P.args, **kwargs: P.kwargs) -> Request:
        # Checked before anything is sent: a sync client that is awaited would fail only after its call.
        if not isinstance(client, kind) or client.service is not self.service:
            wanted = f"{self.service.__module__.rpartition('.')[0]}.{kind.__name__.removeprefix('Sync')}"
            raise TypeError(f"{self.name} needs a {wanted}, not a {type(client).__module__}.{type(client).__name__}")
        return self.build_request(self.parameters(*args, **kwargs))

    def build_request(self, parameters: msgspec.Struct, unchecked: str | None = None) -> Request:
        """Build the request of one call.

        Args:
            parameters: The Struct of the operation's parameters; None and UNSET are not sent.
            unchecked: The name of the attribute whose value the service itself gave: the spec doesn't bind it.

        Returns:
            The request, neither signed nor sent.

        Raises:
            ParameterError: A value isn't what the spec says, or can't be a part of a path.
        """
        try:
            return self._built(parameters, unchecked)
        except ParameterError as error:
            # Without the frames that know what would be sent, and what msgspec says of it.
            error.__context__ = None
            raise error.with_traceback(None) from None

    def _built(self, parameters: msgspec.Struct, unchecked: str | None) -> Request:
        given, secrets = checked(self.name, parameters, self.nullable, unchecked)
        check_lengths(self.name, self.longest, given)
        check_constraints(self.name, self.constraints, given)
        path = _IN_BRACES.sub(lambda match: path_segment(self.name, match[1], given.pop(match[1])), self.path)
        headers = {**self.headers, **header_values(self.name, {name: given.pop(name, None) for name in self.in_header})}
        content = b""
        if self.body is not None:
            fields = {name: given.pop(name) for name in names_of(self.body) if name in given}
            content = body_content(self.name, self.body, fields)
            headers = {"Content-Type": "application/json", **headers}
        if empty := next((name for name, value in given.items() if value in ([], ())), None):
            raise ParameterError(self.name, empty, "must have an item: nothing of an empty array is sent in a query")
        query = query_text(given, self.numbered)
        target = f"{path}?{query}" if query else path
        if len(target) > _LONGEST_TARGET:
            raise ParameterError(self.name, "(all)", f"make a URL of more than {_LONGEST_TARGET} characters together")
        is_secret = self.returns_secrets or bool(secrets)
        return Request(self.name, self.method, target, headers, content, self.idempotent, secrets, is_secret)

    def read_response(self, response: RawResponse) -> Response[BodyT]:
        """Read what came back, decoding its body.

        Args:
            response: The status, the headers and the content.

        Returns:
            The result.

        Raises:
            StatusError: The status is an error or isn't documented, or the body says that the call failed; the class
                says which kind of error.
            DecodeError: The status is success, but the body isn't what the spec says.
        """
        schema: Any = self.success.get(response.status_code)
        kept = response.kept()
        is_failure = schema is not None and says_failure(response.content, schema)
        if schema is None or is_failure:
            # What comes with a status of success may be what an error mustn't repeat.
            shown = response.without(response.sent.secrets) if is_failure else kept
            refused = status_error(self.name, shown, self._error_body(shown.kept()))
            if response.is_repeat and self.absent_is_done and isinstance(refused, NotFoundError):
                return Response(response.status_code, response.headers, kept.content, self._empty())
            raise refused
        if schema is NoneType:
            nothing: Any = None
            return Response(response.status_code, response.headers, kept.content, nothing)
        try:
            if response.damage:
                raise ValueError(response.damage)
            body = decode(schema, response.content)
        except _DECODING_ERRORS as cause:
            reason, path = (response.damage, "$") if response.damage else explained(cause)
            error = response_error(DecodeError, self.name, response, f"at {path}: {reason}")
            error.path = path
            # Not chained: the message of the cause may repeat what the server sent.
            raise error from None
        return Response(response.status_code, response.headers, kept.content, body)

    def _empty(self) -> Any:
        kinds: Any = self.success.values()
        return None if NoneType in kinds else next(iter(kinds))()

    def _error_body(self, response: RawResponse) -> msgspec.Struct | None:
        schema = self.errors.get(response.status_code, self.errors.get(None))
        if schema is None:
            return None
        try:
            return decode(schema, response.content)
        except _DECODING_ERRORS:
            return None

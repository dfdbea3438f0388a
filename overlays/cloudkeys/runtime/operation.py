"""An operation of a vendor's API as data, and calls of it.

Each generated operation module has one `Operation`. Building a request and reading a response do no I/O.
"""

from __future__ import annotations

import re
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, TypeVar

import attrs
import msgspec

from cloudkeys.errors import DecodeError, NotFoundError, ParameterError
from cloudkeys.runtime.client import AsyncClient, ServiceT, SyncClient
from cloudkeys.runtime.decoding import decode, describe_error, holds_secrets
from cloudkeys.runtime.encoding import (
    body_content,
    check_constraints,
    check_lengths,
    check_values,
    field_names,
    header_values,
    path_segment,
    query_text,
)
from cloudkeys.runtime.error_body import reports_failure
from cloudkeys.runtime.messages import RawResponse, Request, Response
from cloudkeys.runtime.status import response_error, status_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

P = ParamSpec("P")
BodyT = TypeVar("BodyT", bound=msgspec.Struct | None)

_LONGEST_TARGET: Final = 16_384
_IN_BRACES: Final = re.compile(r"\{([^{}]+)\}")
# msgspec's decoder raises MsgspecError for most hostile bytes, UnicodeDecodeError for text that isn't UTF-8,
# RecursionError for deep nesting, and OverflowError and ValueError for numbers and times out of range.
_DECODING_ERRORS: Final = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


def _hold_secrets(kinds: Iterable[Any]) -> bool:
    return any(map(holds_secrets, kinds))


@attrs.frozen(kw_only=True, eq=False)
class Operation(Generic[ServiceT, P, BodyT]):
    """One operation, as its spec describes it.

    Attributes:
        service: Its API; only clients of that API can call it.
        name: The vendor's name of the operation.
        method: The HTTP method.
        path: The path, with its parameters in braces.
        parameters: The Struct of all parameters. Those in neither the path, the headers nor the body are in the query.
        success: The Struct of the body for each successful status code; NoneType for no body.
        errors: The Struct of the error body for each documented status code; the key None covers all others.
        headers: The constant headers of the operation.
        in_header: The names of the parameters that are sent as headers.
        numbered: The names of the arrays that are sent as `Name.1`, `Name.2` and so on; others repeat the name.
        body: The Struct of the request's body, whose fields are parameters too; None for no body.
        nullable: The names of the fields of the body that may be null; other fields are omitted if they are None.
        longest: The most characters of each secret; for other strings, the Structs define it.
        constraints: The constraints on combinations of parameters: their kinds and the names of the parameters.
        idempotent: Whether to retry a call that may have taken effect.
        absent_is_done: Whether "not found", after an attempt that may have taken effect, is a success.
        returns_secrets: Whether a result can contain secrets.
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
        """The unique name, made of spec and operation, such as `huawei_csms.ListSecrets`."""
        return f"{self.service.__module__.split('.')[-2]}.{self.name}"

    def sync_detailed(self, client: SyncClient[ServiceT], /, *args: P.args, **kwargs: P.kwargs) -> Response[BodyT]:
        """Call the operation.

        Args:
            client: A client of the API.
            *args: Nothing; give parameters by name.
            **kwargs: The parameters by their names in the Struct; None is not sent.

        Returns:
            The result with status, headers and raw content.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
            TypeError: A required parameter is missing, or the client is async or of another API.
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
        # Checked before anything is sent: awaiting a sync client would fail only after its call.
        if not isinstance(client, kind) or client.service is not self.service:
            wanted = f"{self.service.__module__.rpartition('.')[0]}.{kind.__name__.removeprefix('Sync')}"
            raise TypeError(f"{self.name} needs a {wanted}, not a {type(client).__module__}.{type(client).__name__}")
        return self.build_request(self.parameters(*args, **kwargs))

    def build_request(self, parameters: msgspec.Struct, unchecked: str | None = None) -> Request:
        """Build the request of one call.

        Args:
            parameters: The Struct of the operation's parameters; None and UNSET are not sent.
            unchecked: The name of an attribute whose value came from the service, and need not match the spec.

        Returns:
            The request, neither signed nor sent.

        Raises:
            ParameterError: A value doesn't match the spec, or can't be in a path.
        """
        try:
            return self._encode(parameters, unchecked)
        except ParameterError as error:
            # Without frames and context, which have the values.
            error.__context__ = None
            raise error.with_traceback(None) from None

    def _encode(self, parameters: msgspec.Struct, unchecked: str | None) -> Request:
        given, secrets = check_values(self.name, parameters, self.nullable, unchecked)
        check_lengths(self.name, self.longest, given)
        check_constraints(self.name, self.constraints, given)
        path = _IN_BRACES.sub(lambda match: path_segment(self.name, match[1], given.pop(match[1])), self.path)
        headers = {**self.headers, **header_values(self.name, {name: given.pop(name, None) for name in self.in_header})}
        content = b""
        if self.body is not None:
            fields = {name: given.pop(name) for name in field_names(self.body) if name in given}
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
        """Decode a response.

        Args:
            response: The response.

        Returns:
            The result.

        Raises:
            StatusError: The status is an error or undocumented, or the body reports a failure.
            DecodeError: The status is success, but the body doesn't match the spec.
        """
        schema: Any = self.success.get(response.status_code)
        safe = response.without_secret_content()
        is_failure = schema is not None and reports_failure(response.content, schema)
        if schema is None or is_failure:
            # With a status of success, the body may contain secrets that an error must not.
            shown = response.without_secrets(response.sent.secrets) if is_failure else safe
            error = status_error(self.name, shown, self._error_body(shown.without_secret_content()))
            if response.is_repeat and self.absent_is_done and isinstance(error, NotFoundError):
                return Response(response.status_code, response.headers, safe.content, self._empty())
            raise error
        if schema is NoneType:
            nothing: Any = None
            return Response(response.status_code, response.headers, safe.content, nothing)
        try:
            if response.damage:
                raise ValueError(response.damage)
            body = decode(schema, response.content)
        except _DECODING_ERRORS as cause:
            reason, path = (response.damage, "$") if response.damage else describe_error(cause)
            mismatch = response_error(DecodeError, self.name, response, f"at {path}: {reason}")
            mismatch.path = path
            # Not chained: the message of the cause may echo the server.
            raise mismatch from None
        return Response(response.status_code, response.headers, safe.content, body)

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

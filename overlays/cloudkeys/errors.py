"""The errors that the package raises.

    CloudkeysError
    ├── ParameterError              a value that the vendor's page forbids; nothing was sent
    ├── CredentialsError            no credentials, or unusable ones; nothing was sent
    ├── EnvironmentVariableError    a variable names an unusable proxy, certificate or key log
    ├── EventLoopError              an async call without an asyncio event loop; nothing was sent
    ├── NoResponseError             the service didn't respond
    │   ├── ConnectionFailedError   no connection, or a broken one
    │   └── TimedOutError           it took too long
    ├── ListingError                the pages of a listing contradict each other
    └── ResponseError               the service responded, but not with a result
        ├── DecodeError             the status is success, but the body doesn't match the spec
        ├── ResponseTooLargeError   the body is larger than the client accepts
        └── StatusError             the status is an error, or undocumented
            ├── AuthenticationError     the signature or the token was refused
            ├── PermissionDeniedError   the caller isn't allowed to do this
            ├── NotFoundError           the resource doesn't exist
            ├── ThrottledError          too many requests
            └── ServerError             the service failed

A message is one printable line in which the secrets of the request are redacted. The attributes have what the server
sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class CloudkeysError(Exception):
    """The base class of all errors of this package.

    What to do:
        Catch it where you can only report the error; catch a subclass where you can do more.

    Attributes:
        may_have_taken_effect: Whether the service may have carried out the call, although there is no result.
    """

    may_have_taken_effect: bool = False


class ParameterError(CloudkeysError, ValueError):
    """The vendor's page forbids a value. Nothing was sent.

    What to do:
        Give a value in the documented range, which the message shows. The same call fails again.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        parameter: The name of the parameter, as the vendor spells it.
        reason: Why the value is refused, with the documented range if there is one.
    """

    def __init__(self, operation: str, parameter: str, reason: str) -> None:
        super().__init__(operation, parameter, reason)
        self.operation, self.parameter, self.reason = operation, parameter, reason

    def __str__(self) -> str:
        return f"{self.operation}: parameter {self.parameter}: {self.reason}"


class CredentialsError(CloudkeysError):
    """There are no credentials, or this request can't use them. The message lists the places that were searched.

    What to do:
        Set one of the variables or files in the message, or give `credentials`, `token` or `password` to the client.
    """


class EnvironmentVariableError(CloudkeysError, ValueError):
    """An environment variable names a proxy, certificates or a key log that can't be used.

    A client, or its `Connections`, raises it when it is created. With a transport or an httpx client of your own, the
    first call of the other kind, sync or async, raises it.

    What to do:
        Correct or unset the variable. `Connections(proxy=..., verify=...)` overrides the environment.

    Attributes:
        variable: The name of the variable, as spelled in the environment.
        reason: What is wrong with it. The value of a proxy isn't shown, since it may contain a password.
    """

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(variable, reason)
        self.variable, self.reason = variable, reason

    def __str__(self) -> str:
        return f"{self.variable} of the environment {self.reason}"


class EventLoopError(CloudkeysError, RuntimeError):
    """An async call, or the end of an `async with` block, found no running asyncio event loop.

    What to do:
        Run it with `asyncio.run`, with uvloop, or with anyio over asyncio. Under trio, run the calls of a sync client
        in a thread: `await trio.to_thread.run_sync(call)`.
    """


class NoResponseError(CloudkeysError):
    """The service didn't respond.

    What to do:
        The call was already retried if that could help. If `may_have_taken_effect` is true and the operation changes
        something, check its effect before you call again. Continue a listing with `resume=`.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        reason: The host, the proxy if there is one, and the failure.
        is_retryable: Whether the same call may succeed a moment later. False if a proxy refused it or the client
            was closed.
    """

    is_retryable: bool = True

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(operation, reason)
        self.operation, self.reason = operation, reason

    def __str__(self) -> str:
        return f"{self.operation}: {self.reason}"


class ConnectionFailedError(NoResponseError):
    """There was no connection, or a broken one before the response was complete.

    What to do:
        Check the region, `base_url`, DNS, the proxy and the certificates; `connections=Connections(...)` sets the last
        two. Status 407 means that the proxy refused the user or the password.
    """


class TimedOutError(NoResponseError):
    """A step took longer than the client's `timeout`, or the whole call longer than its `total`.

    What to do:
        Increase `timeout` or `total`, whichever the message names, or request smaller pages.
    """


class ListingError(CloudkeysError):
    """The pages of a listing contradict each other: it would never end, or may be incomplete.

    What to do:
        The items before the error are valid. If items were removed meanwhile, list again. Otherwise resume the listing
        once; if that fails too, report it to the vendor, with the operation and the time.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        reason: The contradiction.
    """

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(operation, reason)
        self.operation, self.reason = operation, reason

    def __str__(self) -> str:
        return f"{self.operation}: {self.reason}"


class ResponseError(CloudkeysError):
    """The service responded, but not with a result.

    What to do:
        Note `request_id`: the vendor's support asks for it.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        status_code: The status code of the response.
        headers: The headers of the response.
        content: The raw body of the response; if it is too large, the part that was read.
        reason: The part of the message after the status, without secrets.
        request_id: The service's ID of the request, from the body or a header, as at most 300 printable characters;
            None if there is none.
        body: The decoded body; None if the spec doesn't document the status, or the body doesn't match the spec.
        code: The vendor's error code, such as `KMS.0303`; None if the body has none.
        vendor_message: The vendor's message, as it was sent; None if the body has none.
    """

    def __init__(self, operation: str, status_code: int, headers: Mapping[str, str], content: bytes) -> None:
        super().__init__(operation, status_code, headers, content)
        self.operation, self.status_code, self.headers, self.content = operation, status_code, headers, content
        self.reason = ""
        self.request_id: str | None = None
        self.body: object = None
        self.code: str | None = None
        self.vendor_message: str | None = None

    def __str__(self) -> str:
        start = f"{self.operation}: status {self.status_code}"
        text = f"{start}: {self.reason}" if self.reason else start
        return text if self.request_id is None else f"{text} (request id {self.request_id})"

    def __repr__(self) -> str:
        # Without the arguments: headers and content may contain secrets.
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.operation, self.status_code, self.headers, self.content), self.__dict__


class DecodeError(ResponseError):
    """The status of the response is success, but its body doesn't match the spec.

    What to do:
        If the page has changed, the spec must follow: `path` shows where. Report the path, but not the body, which may
        contain secrets.

    Attributes:
        path: Where the body differs, as a JSON path such as `$.secrets[3].name`; `$` is the whole body.
    """

    path: str = "$"


class ResponseTooLargeError(ResponseError):
    """The body is larger than the client accepts.

    What to do:
        Request smaller pages, or give the client a larger `largest_response`.
    """


class StatusError(ResponseError):
    """The status of the response is an error or undocumented, or the body reports a failure.

    What to do:
        Look at `code` and `vendor_message`; the operation's page lists the documented codes.
    """


class AuthenticationError(StatusError):
    """The signature or the token was refused. Never retried: five wrong signatures lock a Huawei access key.

    What to do:
        Check the key, its secret, the age of the session token, the clock of this machine, and that the region belongs
        to the account's site. Don't call again with the same credentials.
    """


class PermissionDeniedError(StatusError):
    """The caller is known, but isn't allowed to do this.

    What to do:
        Grant the permission that the operation's page names, or use another account or project.
    """


class NotFoundError(StatusError):
    """The user, access key or project doesn't exist.

    What to do:
        Check the ID, and that it belongs to this account, project and region.
    """


class ThrottledError(StatusError):
    """There were too many requests. Alibaba Cloud sends status 400 for this, most other services 429.

    What to do:
        Call less often, or make fewer calls at once. The call was already retried, after the wait that the service
        asked for.
    """


class ServerError(StatusError):
    """The service, or a gateway in front of it, failed.

    What to do:
        The call was already retried as the retry policy allows. Try again later; `request_id` helps the vendor find the
        cause.
    """

"""What can go wrong.

    CloudkeysError
    ├── ParameterError              a value that the vendor's page forbids; nothing was sent
    ├── CredentialsError            there are no credentials, or they can't be used; nothing was sent
    ├── EnvironmentVariableError    a variable names a proxy, certificates or a key log that can't be used
    ├── EventLoopError              an async call without an event loop of asyncio; nothing was sent
    ├── NoResponseError             the service didn't answer
    │   ├── ConnectionFailedError   no connection, or it broke
    │   └── TimedOutError           it took too long
    ├── ListingError                the pages of a listing contradict each other
    └── ResponseError               the service answered, but not with a result
        ├── DecodeError             the status is success, but the body isn't what the spec says
        ├── ResponseTooLargeError   the body is larger than the client may read
        └── StatusError             the status is an error, or isn't documented
            ├── AuthenticationError     the signature or the token was refused
            ├── PermissionDeniedError   the caller may not do this
            ├── NotFoundError           there is no such thing
            ├── ThrottledError          too many requests
            └── ServerError             the service failed

A message is one printable line with every secret of the request masked; what the server sent is in attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class CloudkeysError(Exception):
    """The base of all errors that this package raises.

    What to do:
        Catch it where you can do nothing but report; catch a class below it where you can do more.

    Attributes:
        may_have_taken_effect: Whether the service may have done what the call asked for, although there is no result.
    """

    may_have_taken_effect: bool = False


class ParameterError(CloudkeysError, ValueError):
    """A value can't be sent, since the vendor's page forbids it. Nothing was sent.

    What to do:
        Give a value that the page allows: the message has the documented range. Calling again is of no use.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        parameter: The name of the parameter, as the vendor spells it.
        reason: What is wrong with the value, with the documented range where there is one.
    """

    def __init__(self, operation: str, parameter: str, reason: str) -> None:
        super().__init__(operation, parameter, reason)
        self.operation, self.parameter, self.reason = operation, parameter, reason

    def __str__(self) -> str:
        return f"{self.operation}: parameter {self.parameter}: {self.reason}"


class CredentialsError(CloudkeysError):
    """There are no credentials, or they can't be used for this request. The message lists what was looked for.

    What to do:
        Set what the message says was looked for, or give `credentials`, `token` or `password` to the client.
    """


class EnvironmentVariableError(CloudkeysError, ValueError):
    """A variable of the environment names a proxy, certificates or a key log that can't be used.

    It comes when a client, or its `Connections`, is made. Where a transport or an httpx client of your own is given, it
    comes when the other kind of call is made first.

    What to do:
        Correct the variable, or unset it. `Connections(proxy=..., verify=...)` takes the place of the environment.

    Attributes:
        variable: The name of the variable, as it is spelt in the environment.
        reason: What is wrong with it: of a proxy, without its value, which may hold a password.
    """

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(variable, reason)
        self.variable, self.reason = variable, reason

    def __str__(self) -> str:
        return f"{self.variable} of the environment {self.reason}"


class EventLoopError(CloudkeysError, RuntimeError):
    """An async call, or the end of an `async with`, has no event loop of asyncio to run in.

    What to do:
        Run it with `asyncio.run`, with uvloop, or with anyio over asyncio. Under trio, run the calls of a sync client
        in a thread: `await trio.to_thread.run_sync(call)`.
    """


class NoResponseError(CloudkeysError):
    """The service didn't answer.

    What to do:
        The call was already repeated as the retry policy says, if that could help. Where `may_have_taken_effect` is
        true and the operation changes something, look before you make it again; a listing goes on with `resume=`.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        reason: Where, and what happened: the host, the proxy if there is one, and the name of the failure.
        is_worth_repeating: Whether the same call may succeed a moment later: not where a proxy refused it, or where the
            client was closed meanwhile.
    """

    is_worth_repeating: bool = True

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(operation, reason)
        self.operation, self.reason = operation, reason

    def __str__(self) -> str:
        return f"{self.operation}: {self.reason}"


class ConnectionFailedError(NoResponseError):
    """There was no connection, or it broke before the response was complete.

    What to do:
        Look at the region, `base_url`, DNS, the proxy and its certificates: `connections=Connections(...)` sets the
        last two. A proxy that answers 407 wants another user or password.
    """


class TimedOutError(NoResponseError):
    """A step took longer than the client's `timeout`, or the call as a whole than its `total`.

    What to do:
        Give a longer `timeout` or `total`, as the message says, or ask for smaller pages.
    """


class ListingError(CloudkeysError):
    """The pages of a listing contradict each other, so it would never end, or can't be known to be whole.

    What to do:
        What the listing gave before it is good. Where items were removed meanwhile, list again. Else resume the listing
        once; where that fails too, report it to the vendor, with the operation and the time.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        reason: What is contradictory.
    """

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(operation, reason)
        self.operation, self.reason = operation, reason

    def __str__(self) -> str:
        return f"{self.operation}: {self.reason}"


class ResponseError(CloudkeysError):
    """The service answered, but not with a result.

    What to do:
        Keep `request_id`: the vendor's support asks for it.

    Attributes:
        operation: The name of the operation, as the vendor spells it.
        status_code: The status code of the response.
        headers: The headers of the response.
        content: The body of the response, raw; of a body that is too large, what was read of it.
        reason: What the message says after the status, without secrets.
        request_id: The ID that the service gave the request, from the body or else from a header, as at most 300
            printable characters; None where it gave none.
        body: The body decoded; None where the spec doesn't document the status, or the body isn't what it says.
        code: The vendor's error code, such as `KMS.0303`; None where the body has none.
        vendor_message: What the vendor says of the error, as it was sent; None where the body says nothing.
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
        # Not the arguments: the headers and the content may hold secrets.
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.operation, self.status_code, self.headers, self.content), self.__dict__


class DecodeError(ResponseError):
    """The status of the response is success, but its body isn't what the spec says.

    What to do:
        If the page has changed, the spec must follow: `path` says where. Report it with the path, and not with the
        body, which may hold secrets.

    Attributes:
        path: Where in the body it differs, as a JSON path such as `$.secrets[3].name`; `$` for the body as a whole.
    """

    path: str = "$"


class ResponseTooLargeError(ResponseError):
    """The body is larger than the client may read.

    What to do:
        Ask for smaller pages, or give the client a larger `largest_response`.
    """


class StatusError(ResponseError):
    """The status of the response is an error, or isn't documented, or its body says that the call failed.

    What to do:
        Look at `code` and `vendor_message`; the page of the operation lists the codes that are documented.
    """


class AuthenticationError(StatusError):
    """The signature or the token was refused. Never retried: five wrong signatures lock a Huawei access key.

    What to do:
        Check the key, its secret, the session token's age, the clock of this machine, and that the region belongs to
        the account's site. Don't repeat the call with the same credentials.
    """


class PermissionDeniedError(StatusError):
    """The caller is known, but may not do this.

    What to do:
        Grant the permission that the page of the operation names, or use another account or project.
    """


class NotFoundError(StatusError):
    """There is no such user, access key or project.

    What to do:
        Check the ID, and that it belongs to this account, project and region.
    """


class ThrottledError(StatusError):
    """There were too many requests. Alibaba Cloud says so with status 400, most others with 429.

    What to do:
        Call less often, or with fewer calls at once. The call was already repeated, after the time that the service
        asked for.
    """


class ServerError(StatusError):
    """The service, or a gateway before it, failed.

    What to do:
        The call was already repeated as the retry policy says. Try later; `request_id` helps the vendor to find it.
    """

"""What goes wrong on the way or in a service, for `FakeCloud.inject`.

A fault is a function from the cloud, the request and what would answer it to the answer that is given instead. Those
here cover what services and networks do; write your own where a test needs another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from cloudkeys.testing.http.messages import FakeResponse
from cloudkeys.testing.routes import operation_name, refusals_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudkeys.testing.http.messages import Ending, ReceivedRequest
    from cloudkeys.testing.state import CloudState

Fault: TypeAlias = "Callable[[Any, ReceivedRequest, Callable[[], FakeResponse]], FakeResponse]"
"""What answers in place of a service, given the FakeCloud, the request, and what gives the service's own answer."""

_HTML = b"<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


def throttled(*, status: int | None = None, retry_after: float | None = 0) -> Fault:
    """Refuse the call since there were too many.

    Args:
        status: The status code: 400 with the code `Throttling.User` is Alibaba Cloud's, 429 Huawei Cloud's, and 503
            happens; None for the vendor's own.
        retry_after: Seconds after which the service asks to try again, at once by default, so that no test waits;
            None for no such header: the client then waits as its own policy says.
    """

    def fault(cloud: CloudState, request: ReceivedRequest, _serve: Callable[[], FakeResponse]) -> FakeResponse:
        refusal = refusals_for(request).throttled
        headers = {} if retry_after is None else _retry_headers(refusal.code, retry_after)
        return attrs.evolve(refusal, status=status or refusal.status, headers=headers).answer(cloud.new_request_id())

    return fault


def _retry_headers(code: str, seconds: float) -> dict[str, str]:
    is_alibaba = code.startswith("Throttling")
    return {"x-acs-retry-after": str(round(seconds * 1000))} if is_alibaba else {"Retry-After": str(round(seconds))}


def failed(status: int = 500) -> Fault:
    """FakeResponse that the service failed, in the vendor's JSON.

    Args:
        status: The status code, 500 to 599.
    """

    def fault(cloud: CloudState, request: ReceivedRequest, _serve: Callable[[], FakeResponse]) -> FakeResponse:
        refusal = refusals_for(request).failed
        return attrs.evolve(refusal, status=status).answer(cloud.new_request_id())

    return fault


def gateway_page(status: int = 502) -> Fault:
    """FakeResponse with a gateway's HTML page.

    Args:
        status: The status code, 500 to 599.
    """
    return lambda _cloud, _request, _serve: FakeResponse(status, _HTML, {"Content-Type": "text/html"})


def malformed() -> Fault:
    """FakeResponse with the first half of the JSON, as if it were all."""
    return lambda _cloud, _request, serve: _halved(serve())


def _halved(answer: FakeResponse) -> FakeResponse:
    return attrs.evolve(answer, body=answer.body[: len(answer.body) // 2])


def slow(seconds: float) -> Fault:
    """FakeResponse late.

    Args:
        seconds: How late; a transport doesn't wait, but times out at once where a client would.
    """
    return lambda _cloud, _request, serve: attrs.evolve(serve(), delay=seconds)


def broken_connection(ending: Ending = "reset") -> Fault:
    """Break the connection.

    Args:
        ending: `reset` before an answer, or `cut off` in the middle of it.
    """
    return lambda _cloud, _request, serve: attrs.evolve(serve(), ending=ending)


def after_effect(fault: Fault) -> Fault:
    """Do what is asked for, and lose the answer: the caller meets a fault although the call took effect.

    Args:
        fault: The fault, such as `gateway_page(504)`. `slow` and `broken_connection` let a call take effect by
            themselves.
    """

    def lost(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        serve()
        return fault(cloud, request, serve)

    return lost


def repeated_page() -> Fault:
    """Give the last page of the operation again, with its marker."""

    def fault(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        return cloud.last_results.get(operation_name(request)) or serve()

    return fault


def change(what: Callable[[Any], object]) -> Fault:
    """Change the cloud just before it answers: its data, its clock, its tokens.

    Args:
        what: What changes it, such as `lambda cloud: cloud.leaks.pop(0)` or `FakeCloud.expire_tokens`.
    """

    def fault(cloud: CloudState, _request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        what(cloud)
        return serve()

    return fault

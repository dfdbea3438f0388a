"""Failures of services and networks, for `FakeCloud.inject`.

A fault is a function that takes the cloud, the request, and a function that returns the service's own response. It
returns the response to send instead. Tests can write their own.
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
"""Responds instead of a service, given the FakeCloud, the request, and the service's own handler."""

_HTML = b"<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


def throttled(*, status: int | None = None, retry_after: float | None = 0) -> Fault:
    """Refuse the call because of too many calls.

    Args:
        status: The status code, such as 503; None for the vendor's own, which is 400 with the code `Throttling.User`
            for Alibaba Cloud and 429 for Huawei Cloud.
        retry_after: The wait in seconds that the service asks for, 0 by default so that no test waits; None to send no
            such header, so that the client waits according to its own policy.
    """

    def fault(cloud: CloudState, request: ReceivedRequest, _serve: Callable[[], FakeResponse]) -> FakeResponse:
        refusal = refusals_for(request).throttled
        headers = {} if retry_after is None else _retry_headers(refusal.code, retry_after)
        return attrs.evolve(refusal, status=status or refusal.status, headers=headers).respond(cloud.new_request_id())

    return fault


def _retry_headers(code: str, seconds: float) -> dict[str, str]:
    is_alibaba = code.startswith("Throttling")
    return {"x-acs-retry-after": str(round(seconds * 1000))} if is_alibaba else {"Retry-After": str(round(seconds))}


def failed(status: int = 500) -> Fault:
    """Fail in the service, with the vendor's JSON.

    Args:
        status: The status code, 500 to 599.
    """

    def fault(cloud: CloudState, request: ReceivedRequest, _serve: Callable[[], FakeResponse]) -> FakeResponse:
        refusal = refusals_for(request).failed
        return attrs.evolve(refusal, status=status).respond(cloud.new_request_id())

    return fault


def gateway_page(status: int = 502) -> Fault:
    """Fail in a gateway, with an HTML page.

    Args:
        status: The status code, 500 to 599.
    """
    return lambda _cloud, _request, _serve: FakeResponse(status, _HTML, {"Content-Type": "text/html"})


def malformed() -> Fault:
    """Send only the first half of the JSON, as a complete body."""
    return lambda _cloud, _request, serve: _halved(serve())


def _halved(response: FakeResponse) -> FakeResponse:
    return attrs.evolve(response, body=response.body[: len(response.body) // 2])


def slow(seconds: float) -> Fault:
    """Respond late.

    Args:
        seconds: The delay. A transport doesn't wait: it times out at once if the client would.
    """
    return lambda _cloud, _request, serve: attrs.evolve(serve(), delay=seconds)


def broken_connection(ending: Ending = "reset") -> Fault:
    """Break the connection.

    Args:
        ending: `reset` before the response, or `cut off` in the middle of its body.
    """
    return lambda _cloud, _request, serve: attrs.evolve(serve(), ending=ending)


def after_effect(fault: Fault) -> Fault:
    """Execute the call, and lose its response: the caller meets a fault although the call took effect.

    Args:
        fault: The fault, such as `gateway_page(504)`. With `slow` and `broken_connection`, a call takes effect
            anyway.
    """

    def lost(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        serve()
        return fault(cloud, request, serve)

    return lost


def repeated_page() -> Fault:
    """Send the last page of the operation again, with its marker."""

    def fault(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        return cloud.last_results.get(operation_name(request)) or serve()

    return fault


def change(what: Callable[[Any], object]) -> Fault:
    """Change the cloud, such as its data, clock or tokens, just before it responds.

    Args:
        what: Changes the cloud, such as `lambda cloud: cloud.leaks.pop(0)` or `FakeCloud.expire_tokens`.
    """

    def fault(cloud: CloudState, _request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        what(cloud)
        return serve()

    return fault

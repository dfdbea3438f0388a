"""Control a running fake cloud over HTTP. `python -m cloudkeys.testing` offers this on loopback only.

    GET  /_fake-cloud/calls    list the calls, and the faults that no call has met
    POST /_fake-cloud/faults   inject a fault, as JSON with the keys of the data file
    POST /_fake-cloud/reset    restore the data and the faults of the start

No page in a browser can use it. Each request needs the header `X-Fake-Cloud`, which a page may send to another site
only if that site allows it; this one never does. Each request also needs a loopback host, so that a page can't rebind
its own name to this address.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

import attrs
import httpx
import msgspec

from cloudkeys.testing.data_file import FaultEntry, inject
from cloudkeys.testing.http.messages import FakeResponse, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudkeys.testing.fake_cloud import FakeCloud
    from cloudkeys.testing.http.messages import ReceivedRequest

PREFIX: Final = "/_fake-cloud/"
"""The beginning of its paths; no operation of a vendor has such a path."""
HEADER: Final = "X-Fake-Cloud"
_LARGEST_BODY: Final = 64 * 1024


@attrs.define
class Control:
    """A fake cloud that can be controlled while it is served.

    Attributes:
        make: Makes the cloud, at the start and on each reset. It may raise a ValueError or an OSError.
        cloud: The current cloud.
    """

    make: Callable[[], FakeCloud]
    cloud: FakeCloud = attrs.field(init=False, default=attrs.Factory(lambda self: self.make(), takes_self=True))

    def respond(self, request: ReceivedRequest) -> FakeResponse:
        """Return the response to a control request, or to a call of the cloud.

        Args:
            request: The request.
        """
        if not request.path.startswith(PREFIX):
            return self.cloud.respond(request)
        if refused := _refused(request):
            return refused
        actions = {"GET calls": self._calls, "POST faults": self._inject, "POST reset": self._reset}
        action = actions.get(f"{request.method} {request.path.removeprefix(PREFIX)}")
        if action is None:
            return _error(404, f"use {', '.join(actions)}")
        try:
            return action(request.body)
        except (OSError, ValueError, TypeError, RecursionError, msgspec.MsgspecError) as error:
            return _error(400, str(error))

    def _calls(self, _body: bytes) -> FakeResponse:
        with self.cloud.lock:
            calls = [attrs.asdict(call) for call in self.cloud.calls]
        return json_response(200, {"calls": calls, "unmet_faults": self.cloud.unmet_faults()})

    def _inject(self, body: bytes) -> FakeResponse:
        inject(self.cloud, msgspec.json.decode(body, type=FaultEntry))
        return json_response(200, {"unmet_faults": self.cloud.unmet_faults()})

    def _reset(self, _body: bytes) -> FakeResponse:
        self.cloud = self.make()
        return json_response(200, {"unmet_faults": self.cloud.unmet_faults()})


def _refused(request: ReceivedRequest) -> FakeResponse | None:
    if HEADER not in request.headers:
        return _error(403, f"control requests must have the header {HEADER}")
    if not _is_loopback(request.headers.get("host", "")):
        return _error(403, "control requests must have a loopback host")
    if len(request.body) > _LARGEST_BODY:
        return _error(413, f"the body is larger than {_LARGEST_BODY} bytes")
    return None


def _is_loopback(host: str) -> bool:
    try:
        name = httpx.URL(f"http://{host}").host
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except (ValueError, httpx.InvalidURL):
        return False


def _error(status: int, message: str) -> FakeResponse:
    return json_response(status, {"error": message})

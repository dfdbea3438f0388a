"""The fake cloud: it stores data, checks signatures and tokens, returns pages, and fails on demand."""

from __future__ import annotations

import inspect
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import attrs

from cloudkeys.alibaba import Alibaba, AsyncAlibaba
from cloudkeys.huawei import AsyncHuawei, Huawei
from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.retries import RetryPolicy
from cloudkeys.testing.calls import calls_text, record_of_call
from cloudkeys.testing.http.server import serving
from cloudkeys.testing.http.transport import HandlerTransport
from cloudkeys.testing.repeats import refuse_repeats
from cloudkeys.testing.routes import OPERATION_NAMES, operation_name
from cloudkeys.testing.schedule import ScheduledFault, next_fault
from cloudkeys.testing.serve import serve
from cloudkeys.testing.state import PROJECT_ID, REGION, CloudState

if TYPE_CHECKING:
    import contextlib

    from cloudkeys.testing.faults import Fault
    from cloudkeys.testing.http.messages import FakeResponse, ReceivedRequest

WITHOUT_WAITS: Final = RetryPolicy(first_wait=0, longest_wait=0, jitter=0, longest_retry_after=0)
"""Retries the same calls as the default policy, as often, but at once, even if the service asks for a wait."""


@attrs.define(kw_only=True, eq=False)
class FakeCloud(CloudState):
    """A fake of Alibaba Cloud and Huawei Cloud with the operations of the specs, for tests without an account.

    A test adds data, and calls the cloud through `alibaba()`, `huawei()` and their async twins, through `connections()`
    in its own client, or over HTTP with `serving()`. The cloud checks signatures and tokens as the vendors do; it
    accepts `alibaba_key`, `huawei_key` and `password`. `cloudkeys.testing.state.CloudState` documents its attributes.

    Its clients retry at once (`WITHOUT_WAITS`). To test the waits, pass another `retry`.

    Raises:
        ValueError: A list contains an item more than once.
    """

    _schedule: list[ScheduledFault] = attrs.field(factory=list[ScheduledFault], init=False, repr=False)

    def alibaba(self, **settings: Any) -> Alibaba:  # noqa: ANN401 - as many types as Alibaba has attributes
        """Return a client of Alibaba Cloud that calls this cloud with `alibaba_key`.

        Args:
            **settings: Other attributes of `cloudkeys.Alibaba`.
        """
        return Alibaba(**self._alibaba_settings() | settings)

    def async_alibaba(self, **settings: Any) -> AsyncAlibaba:  # noqa: ANN401 - as above
        """Return the async twin of `alibaba`.

        Args:
            **settings: Other attributes of `cloudkeys.AsyncAlibaba`.
        """
        return AsyncAlibaba(**self._alibaba_settings() | settings)

    def huawei(self, **settings: Any) -> Huawei:  # noqa: ANN401 - as many types as Huawei has attributes
        """Return a client of Huawei Cloud that calls this cloud with `huawei_key`, or with a given token or password.

        Args:
            **settings: Other attributes of `cloudkeys.Huawei`.
        """
        return Huawei(**self._huawei_settings(settings))

    def async_huawei(self, **settings: Any) -> AsyncHuawei:  # noqa: ANN401 - as above
        """Return the async twin of `huawei`.

        Args:
            **settings: Other attributes of `cloudkeys.AsyncHuawei`.
        """
        return AsyncHuawei(**self._huawei_settings(settings))

    def _alibaba_settings(self) -> dict[str, Any]:
        here: dict[str, Any] = {"connections": self.connections(), "retry": WITHOUT_WAITS}
        return here | {"region": "cn-hangzhou", "credentials": self.alibaba_key}

    def _huawei_settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        known: dict[str, Any] = {"region": REGION, "project_id": PROJECT_ID, "domain_id": self.domain_id}
        known |= {"connections": self.connections(), "retry": WITHOUT_WAITS}
        if not {"token", "password"} & settings.keys():
            known["credentials"] = self.huawei_key
        return known | settings

    def connections(self) -> Connections:
        """Return connections that send every request of a client, sync or async and to any host, to this cloud."""
        transport = HandlerTransport(self.respond)
        return Connections(transport=transport, async_transport=transport)

    def serving(self, host: str = "127.0.0.1", port: int = 0) -> contextlib.AbstractContextManager[str]:
        """Serve HTTP while a block runs.

        Args:
            host: The address to listen on, or a name with addresses of IPv4, IPv6 or both.
            port: The port; 0 for any free port.

        Returns:
            A context manager that yields the base URL. It raises an OSError if it can't listen, and a ValueError
            for an empty host.
        """
        return serving(self.respond, host, port)

    def inject(self, fault: Fault, *, operation: str | None = None, after: int = 0, times: int | None = 1) -> None:
        """Make calls fail. If several faults are due, a call meets the one that was injected first.

        Args:
            fault: The fault, such as one of `cloudkeys.testing.faults`.
            operation: The full name of the operation that it affects, such as `huawei_csms.ListSecrets`; empty for
                requests that are no operation, None for every call.
            after: The number of these calls that succeed first, 0 or more.
            times: The number of calls that the fault affects, 1 or more; None for all.

        Raises:
            TypeError: The fault has the wrong arguments, as `throttled` instead of `throttled()`.
            ValueError: The operation is unknown, or a number is too small.
        """
        try:
            inspect.signature(fault).bind(self, None, None)
        except TypeError:
            raise TypeError("fault must be a function of cloud, request and serve, such as throttled()") from None
        if operation not in {None, "", *OPERATION_NAMES}:
            raise ValueError(f"operation must be one of {', '.join(OPERATION_NAMES)}")
        if after < 0 or (times is not None and times < 1):
            raise ValueError("after must be 0 or more, and times 1 or more")
        with self.lock:
            self._schedule.append(ScheduledFault(fault, operation, after, times))

    def unmet_faults(self) -> list[str]:
        """Describe the injected faults that calls have not met, or not often enough; empty if there are none.

        The fixture `fake_cloud` fails a test that leaves any.
        """
        with self.lock:
            return [unmet for planned in self._schedule if (unmet := planned.unmet())]

    def calls_text(self) -> str:
        """Return the last 20 calls as text, in order and without secrets."""
        with self.lock:
            return calls_text(self.calls, self.callers.secrets())

    def respond(self, request: ReceivedRequest) -> FakeResponse:
        """Respond to a request, and record the call.

        Args:
            request: The request.

        Returns:
            The vendor's response, or that of a fault.

        Raises:
            ValueError: `denied` contains an unknown operation, or a list contains an item more than once.
        """
        if unknown := self.denied.difference(OPERATION_NAMES):
            raise ValueError(f"denied: {min(unknown)!r} must be one of {', '.join(OPERATION_NAMES)}")
        refuse_repeats(self)
        with self.lock:
            name = operation_name(request)
            fault = next_fault(self._schedule, name)
            response = (
                fault(self, request, lambda: self._served(name, request)) if fault else self._served(name, request)
            )
            self.calls.append(record_of_call(name, request, response))
            return response

    def _served(self, name: str, request: ReceivedRequest) -> FakeResponse:
        response = serve(self, request)
        if response.status == HTTPStatus.OK:
            self.last_results[name] = response
        return response

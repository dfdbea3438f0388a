"""A double of the vendors: it holds data, checks signatures and tokens, pages, and fails on demand."""

from __future__ import annotations

import inspect
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import attrs

from cloudkeys.alibaba import Alibaba, AsyncAlibaba
from cloudkeys.huawei import AsyncHuawei, Huawei
from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.retries import RetryPolicy
from cloudkeys.testing.calls import call_of, calls_text
from cloudkeys.testing.http.server import serving
from cloudkeys.testing.http.transport import HandlerTransport
from cloudkeys.testing.repeats import refuse_repeats
from cloudkeys.testing.routes import OPERATION_NAMES, operation_name
from cloudkeys.testing.schedule import Planned, due
from cloudkeys.testing.serve import serve
from cloudkeys.testing.state import PROJECT_ID, REGION, CloudState

if TYPE_CHECKING:
    import contextlib

    from cloudkeys.testing.faults import Fault
    from cloudkeys.testing.http.messages import FakeResponse, ReceivedRequest

WITHOUT_WAITS: Final = RetryPolicy(first_wait=0, longest_wait=0, jitter=0, longest_retry_after=0)
"""Repeats what the default policy repeats, as often, and at once: whatever the service asks for, no time passes."""


@attrs.define(kw_only=True, eq=False)
class FakeCloud(CloudState):
    """Alibaba Cloud and Huawei Cloud, as far as the operations of the specs go, for tests without an account.

    A test sets up data, and calls it through `alibaba()`, `huawei()` and their async twins, through `connections()` in
    a client of its own, or over HTTP with `serving()`. Signatures and tokens are checked as the vendors do; the keys
    that are known are `alibaba_key`, `huawei_key` and `password`. Its attributes are those of
    `cloudkeys.testing.state.CloudState`.

    Its clients repeat calls at once, by `WITHOUT_WAITS`; give them another `retry` where the waits are what you test.

    Raises:
        ValueError: An item is there more than once.
    """

    _schedule: list[Planned] = attrs.field(factory=list[Planned], init=False, repr=False)

    def alibaba(self, **settings: Any) -> Alibaba:  # noqa: ANN401 - as many types as Alibaba has attributes
        """Return a client of Alibaba Cloud that calls this cloud with `alibaba_key`.

        Args:
            **settings: Attributes of `cloudkeys.Alibaba` that are to be otherwise.
        """
        return Alibaba(**self._alibaba_settings() | settings)

    def async_alibaba(self, **settings: Any) -> AsyncAlibaba:  # noqa: ANN401 - as above
        """Return an async client, as `alibaba` does for sync calls."""
        return AsyncAlibaba(**self._alibaba_settings() | settings)

    def huawei(self, **settings: Any) -> Huawei:  # noqa: ANN401 - as many types as Huawei has attributes
        """Return a client of Huawei Cloud that calls this cloud with `huawei_key`, or with what is given instead.

        Args:
            **settings: Attributes of `cloudkeys.Huawei` that are to be otherwise.
        """
        return Huawei(**self._huawei_settings(settings))

    def async_huawei(self, **settings: Any) -> AsyncHuawei:  # noqa: ANN401 - as above
        """Return an async client, as `huawei` does for sync calls."""
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
        """Return what brings all requests of a client here, sync and async, whatever host they are for."""
        transport = HandlerTransport(self.answer)
        return Connections(transport=transport, async_transport=transport)

    def serving(self, host: str = "127.0.0.1", port: int = 0) -> contextlib.AbstractContextManager[str]:
        """Serve HTTP while a block runs.

        Args:
            host: The address to listen at, or a name: then all of its addresses, IPv4 and IPv6.
            port: The port; 0 for any that is free.

        Returns:
            A context manager that gives the base URL. It raises an OSError where it can't listen, and a ValueError
            where the host is empty.
        """
        return serving(self.answer, host, port)

    def inject(self, fault: Fault, *, operation: str | None = None, after: int = 0, times: int | None = 1) -> None:
        """Let calls meet a fault. Of several faults that are due, a call meets the one that was injected first.

        Args:
            fault: The fault; `cloudkeys.testing.faults` has those that services and networks know.
            operation: The full name of the operation whose calls count, such as `huawei_csms.ListSecrets`; empty for
                what is no operation, None for every call.
            after: How many of these calls pass before, 0 or more.
            times: How many calls meet it, 1 or more; None for all.

        Raises:
            TypeError: The fault can't be called as one: `throttled` where `throttled()` is meant.
            ValueError: There is no such operation, or a number is too small.
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
            self._schedule.append(Planned(fault, operation, after, times))

    def unmet_faults(self) -> list[str]:
        """Return what is left of the faults that were injected, in words; empty where calls met all of them.

        The fixture `fake_cloud` fails a test that leaves any.
        """
        with self.lock:
            return [unmet for planned in self._schedule if (unmet := planned.unmet())]

    def calls_text(self) -> str:
        """Return the last 20 calls as text, in the order in which they came, without secrets."""
        with self.lock:
            return calls_text(self.calls, self.callers.secrets())

    def answer(self, request: ReceivedRequest) -> FakeResponse:
        """FakeResponse a request, and record the call.

        Args:
            request: The request.

        Returns:
            What the vendor would answer, or what a fault makes of it.

        Raises:
            ValueError: `denied` names no operation, or an item is there more than once.
        """
        if unknown := self.denied.difference(OPERATION_NAMES):
            raise ValueError(f"denied: {min(unknown)!r} is none of {', '.join(OPERATION_NAMES)}")
        refuse_repeats(self)
        with self.lock:
            name = operation_name(request)
            fault = due(self._schedule, name)
            answer = fault(self, request, lambda: self._served(name, request)) if fault else self._served(name, request)
            self.calls.append(call_of(name, request, answer))
            return answer

    def _served(self, name: str, request: ReceivedRequest) -> FakeResponse:
        answer = serve(self, request)
        if answer.status == HTTPStatus.OK:
            self.last_results[name] = answer
        return answer

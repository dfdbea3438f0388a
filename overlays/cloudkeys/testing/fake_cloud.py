"""A double of the four operations and of IAM's tokens: it holds data, checks signatures, pages, and fails on demand."""

from __future__ import annotations

import inspect
import threading
import uuid
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import attrs

from cloudkeys.alibaba import Alibaba
from cloudkeys.auth.credentials import AccessKey, Password
from cloudkeys.auth.signing import utc_now
from cloudkeys.huawei import Huawei
from cloudkeys.runtime.connections import Connections
from cloudkeys.testing.callers import Caller, Callers
from cloudkeys.testing.calls import Call, call_of
from cloudkeys.testing.http.server import serving
from cloudkeys.testing.http.transport import HandlerTransport
from cloudkeys.testing.routes import OPERATION_NAMES, operation_name
from cloudkeys.testing.schedule import Planned, due
from cloudkeys.testing.service import serve

if TYPE_CHECKING:
    import contextlib

    from cloudkeys.auth.signing import Clock
    from cloudkeys.testing.faults import Fault
    from cloudkeys.testing.http.messages import Answer, ReceivedRequest
    from cloudkeys.testing.operations import LastMarker
    from cloudkeys_api.alibaba_sas.models import AccessKeyLeak
    from cloudkeys_api.huawei_csms.models import Secret
    from cloudkeys_api.huawei_iam_v3.models import Credential

PROJECT_ID: Final = "2b31ed520aaaaaaaebedb6e57bbbbbbb"
DOMAIN_ID: Final = "5a1f0c8e2d7b4639a0c1d2e3f4a5b6c7"
_REGION: Final = "cn-north-4"
_ALIBABA_KEY: Final = AccessKey("LTAIfakecloud", "fake-cloud-secret-of-alibaba")
_HUAWEI_KEY: Final = AccessKey("FAKECLOUD", "fake-cloud-secret-of-huawei")
_PASSWORD: Final = Password(user="fake-user", password="fake-cloud-password", domain="fake-account")  # noqa: S106 - a fake


@attrs.define(kw_only=True, eq=False)
class FakeCloud:
    """Alibaba Cloud and Huawei Cloud, as far as the four operations go, for tests without an account.

    A test sets up data, and calls it through `alibaba()` and `huawei()`, through `connections()` in a client of its
    own, or over HTTP with `serving()`. Signatures and tokens are checked as the vendors do; the keys that are known are
    `alibaba_key`, `huawei_key` and `password`.

    Attributes:
        leaks: The leaks of the account's AccessKey pairs, in the order in which they are listed.
        member_leaks: The leaks of each member account of the resource directory, by its ID.
        access_keys: The access keys of all IAM users, which IAM v5 lists and IAM v3 shows.
        users: The IDs of IAM users without access keys.
        projects: The names of the projects, by their IDs.
        secrets: The secrets of each project, by its ID.
        domain_id: The ID of the Huawei Cloud account.
        csms_last_marker: What the last page of secrets has for a next marker: `name` of the last secret as in the
            vendor's examples, `absent`, `null` or `empty`.
        denied: The names of the operations for which nobody has permission.
        token_lifetime: How long a token is valid.
        clock: What tells the time, in UTC; clients go on signing with the real time.
        clock_skew: How far the cloud's clock is ahead of it.
        alibaba_key: An AccessKey pair that may call.
        huawei_key: An access key that may call.
        password: A password for which tokens are given.
        callers: Who else may call; the tokens that were given.
        calls: The calls that came, in order.
        last_results: The last result of each operation, by its name.
    """

    leaks: list[AccessKeyLeak] = attrs.field(factory=list["AccessKeyLeak"], repr=False)
    member_leaks: dict[int, list[AccessKeyLeak]] = attrs.field(factory=dict[int, "list[AccessKeyLeak]"], repr=False)
    access_keys: list[Credential] = attrs.field(factory=list["Credential"], repr=False)
    users: set[str] = attrs.field(factory=set[str], repr=False)
    projects: dict[str, str] = attrs.field(factory=lambda: {PROJECT_ID: _REGION})
    secrets: dict[str, list[Secret]] = attrs.field(factory=lambda: {PROJECT_ID: []}, repr=False)
    domain_id: str = DOMAIN_ID
    csms_last_marker: LastMarker = "name"
    denied: set[str] = attrs.field(factory=set[str])
    token_lifetime: timedelta = timedelta(hours=24)
    clock: Clock = attrs.field(default=utc_now, repr=False)
    clock_skew: timedelta = timedelta()
    alibaba_key: AccessKey = _ALIBABA_KEY
    huawei_key: AccessKey = _HUAWEI_KEY
    password: Password = _PASSWORD
    callers: Callers = attrs.field(factory=Callers, init=False)
    calls: list[Call] = attrs.field(factory=list[Call], init=False, repr=False)
    last_results: dict[str, Answer] = attrs.field(factory=dict[str, "Answer"], init=False, repr=False)
    _schedule: list[Planned] = attrs.field(factory=list[Planned], init=False, repr=False)
    _lock: threading.RLock = attrs.field(factory=threading.RLock, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Let the known keys call."""
        self.callers.add([Caller(vendor="alibaba", key=self.alibaba_key), Caller(vendor="huawei", key=self.huawei_key)])
        self.callers.passwords.append(self.password)

    def alibaba(self, **settings: Any) -> Alibaba:  # noqa: ANN401 - as many types as Alibaba has attributes
        """Return a client of Alibaba Cloud that calls this cloud with `alibaba_key`.

        Args:
            **settings: Attributes of `cloudkeys.Alibaba` that are to be otherwise.
        """
        known: dict[str, Any] = {
            "region": "cn-hangzhou",
            "credentials": self.alibaba_key,
            "connections": self.connections(),
        }
        return Alibaba(**known | settings)

    def huawei(self, **settings: Any) -> Huawei:  # noqa: ANN401 - as many types as Huawei has attributes
        """Return a client of Huawei Cloud that calls this cloud with `huawei_key`, or with what is given instead.

        Args:
            **settings: Attributes of `cloudkeys.Huawei` that are to be otherwise.
        """
        known: dict[str, Any] = {"region": _REGION, "project_id": PROJECT_ID, "domain_id": self.domain_id}
        known["connections"] = self.connections()
        if not {"token", "password"} & settings.keys():
            known["credentials"] = self.huawei_key
        return Huawei(**known | settings)

    def connections(self) -> Connections:
        """Return what brings all requests of a client here, sync and async, whatever host they are for."""
        transport = HandlerTransport(self.answer)
        return Connections(transport=transport, async_transport=transport)

    def serving(self, host: str = "127.0.0.1", port: int = 0) -> contextlib.AbstractContextManager[str]:
        """Serve HTTP while a block runs.

        Args:
            host: The address to listen at.
            port: The port; 0 for any that is free.

        Returns:
            A context manager that gives the base URL.
        """
        return serving(self.answer, host, port)

    def inject(self, fault: Fault, *, operation: str | None = None, after: int = 0, times: int | None = 1) -> None:
        """Let calls meet a fault. Of several faults that are due, a call meets the one that was injected first.

        Args:
            fault: The fault; `cloudkeys.testing.faults` has those that services and networks know.
            operation: The vendor's name of the operation whose calls count; empty for what is no operation, None for
                every call.
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
        with self._lock:
            self._schedule.append(Planned(fault, operation, after, times))

    def expire_tokens(self) -> None:
        """Let every token that was given expire now."""
        with self._lock:
            now = self.now()
            tokens = self.callers.tokens
            tokens.update({value: attrs.evolve(token, expires_at=now) for value, token in tokens.items()})

    def now(self) -> datetime:
        """Return the time by the cloud's clock."""
        return self.clock() + self.clock_skew

    def new_request_id(self) -> str:
        """Return an ID for a request."""
        return uuid.uuid4().hex

    def answer(self, request: ReceivedRequest) -> Answer:
        """Answer a request, and record the call.

        Args:
            request: The request.

        Returns:
            What the vendor would answer, or what a fault makes of it.
        """
        if unknown := self.denied.difference(OPERATION_NAMES):
            raise ValueError(f"denied: {min(unknown)!r} is none of {', '.join(OPERATION_NAMES)}")
        with self._lock:
            name = operation_name(request)
            fault = due(self._schedule, name)
            answer = fault(self, request, lambda: self._served(name, request)) if fault else self._served(name, request)
            self.calls.append(call_of(name, request, answer))
            return answer

    def _served(self, name: str, request: ReceivedRequest) -> Answer:
        answer = serve(self, request)
        if answer.status == HTTPStatus.OK:
            self.last_results[name] = answer
        return answer

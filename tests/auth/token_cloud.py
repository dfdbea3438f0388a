"""A fake IAM that issues tokens for passwords, and fake services that accept them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from cloudkeys import Password
from cloudkeys.testing import FakeResponse
from cloudkeys_api import huawei_csms
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from driver import Driver, Handler
from runtime.services import AT_ONCE, show

PASSWORD = Password(user="alice", password="password-that-nobody-may-see", domain="acme")  # noqa: S106 - invented
EXPIRES_AT = "2040-01-02T03:04:05.000000Z"


def respond(status: int, body: Any, **headers: str) -> FakeResponse:
    return FakeResponse(status, json.dumps(body).encode(), {"Content-Type": "application/json"} | headers)


def token_body(expires_at: Any = EXPIRES_AT) -> dict[str, Any]:
    return {"token": {"expires_at": expires_at, "issued_at": "2026-01-01T00:00:00.000000Z", "methods": ["password"]}}


def keystone(status: int, message: str) -> FakeResponse:
    return respond(status, {"error": {"code": status, "message": message, "title": "title"}})


def gateway(status: int, code: str, message: str = "message") -> FakeResponse:
    return respond(status, {"error_code": code, "error_msg": message})


class Cloud:
    """Issues token-1, token-2 and so on after the scripted login responses; accepts every token not in `refused`."""

    def __init__(self, *logins: FakeResponse | Exception, before_login: Callable[[], object] = lambda: None) -> None:
        self.scripted, self.before_login = list(logins), before_login
        self.logins: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []
        self.refused: dict[str, FakeResponse] = {}
        self.issued = 0

    def __call__(self, request: httpx.Request) -> FakeResponse:
        if request.url.path.endswith("/v3/auth/tokens"):
            self.logins.append(request)
            return self.log_in()
        self.calls.append(request)
        assert len(self.calls) <= 100, "the client never stops calling the service"
        refusal = self.refused.get(request.headers.get("X-Auth-Token", ""), self.refused.get("any"))
        if refusal is not None:
            return refusal
        times = {"create_time": "2026-01-01T00:00:00Z", "last_use_time": "2026-01-02T00:00:00Z"}
        credential = {"access": "AK", "user_id": "u", "status": "active", **times}
        return respond(200, {"secrets": [{"id": "1", "name": "n"}], "page_info": {}, "credential": credential})

    def log_in(self) -> FakeResponse:
        self.before_login()
        if self.scripted:
            response = self.scripted.pop(0)
            if isinstance(response, Exception):
                raise response
            return response
        self.issued += 1
        return respond(201, token_body(), **{"X-Subject-Token": f"token-{self.issued}"})

    @property
    def sent(self) -> list[str]:
        """The tokens that the services received."""
        return [request.headers["X-Auth-Token"] for request in self.calls]


def open_huawei(driver: Driver, service: Handler, **options: Any) -> Any:
    defaults: dict[str, Any] = {"project_id": "p", "domain_id": "d", "retry": AT_ONCE}
    secret: dict[str, Any] = {} if options.keys() & {"token", "credentials"} else {"password": PASSWORD}
    return driver.huawei(service, **defaults | secret | options)


def list_ids(driver: Driver, huawei: Any) -> list[Any]:
    """List the IDs of the secrets in the client's project."""
    return [item.id for item in driver.items(huawei.csms.list_secrets())]


def show_key(driver: Driver, huawei: Any) -> Any:
    """Return the ID of an access key that the account-wide service shows."""
    return show(driver, huawei).access


def call_csms(driver: Driver, auth: httpx.Auth | None, **settings: Any) -> Any:
    """List secrets with a client of one API that has its own authentication."""
    kind: type[Any] = huawei_csms.AsyncClient if driver.is_async else huawei_csms.Client
    client = kind(**{"project_id": "p", "auth": auth, "retry": AT_ONCE} | settings)
    call = list_secrets.asyncio_detailed if driver.is_async else list_secrets.sync_detailed
    return driver.run(lambda: call(client, project_id="p"))


REFUSALS = {
    "401 of the gateway": gateway(401, "APIGW.0307"),
    "401 of IAM": gateway(401, "IAM.0066"),
    "401 of Keystone": keystone(401, "The request you have made requires authentication."),
    "401 in HTML": FakeResponse(401, b"<html>"),
    "401 without a body": FakeResponse(401, b""),
    "403 of CSMS": gateway(403, "KMS.0303"),
    "403 of CSMS, nested": respond(403, {"error": {"error_code": "KMS.0303", "error_msg": "expired"}}),
    "403 of IAM": gateway(403, "IAM.0066"),
}

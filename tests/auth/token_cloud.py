"""IAM, which gives tokens for passwords, and the services that take them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from cloudkeys import Password, RetryPolicy
from cloudkeys.auth.token import PasswordTokenAuth, TokenAuth
from cloudkeys.testing import FakeResponse
from cloudkeys_api import huawei_csms
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from driver import Driver, Handler
from runtime.services import show

GIVEN = "token-that-nobody-may-see"
HIDDEN = "password-that-nobody-may-see"
PASSWORD = Password(user="alice", password=HIDDEN, domain="acme")
QUICK = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_wait=0)
LOGIN = "KeystoneCreateUserTokenByPassword"
EXPIRES = datetime(2040, 1, 2, 3, 4, 5, tzinfo=UTC)
EXPIRES_AT = "2040-01-02T03:04:05.000000Z"
OF_THE_PROJECT = {"project": {"id": "p"}}
TOGETHER = 20


def answer(status: int, body: Any, **headers: str) -> FakeResponse:
    return FakeResponse(status, json.dumps(body).encode(), {"Content-Type": "application/json"} | headers)


def token_body(expires_at: Any = EXPIRES_AT) -> dict[str, Any]:
    return {"token": {"expires_at": expires_at, "issued_at": "2026-01-01T00:00:00.000000Z", "methods": ["password"]}}


def keystone(status: int, message: str) -> FakeResponse:
    return answer(status, {"error": {"code": status, "message": message, "title": "title"}})


def gateway(status: int, code: str, message: str = "message") -> FakeResponse:
    return answer(status, {"error_code": code, "error_msg": message})


class Cloud:
    """Plays IAM, which gives token-1, token-2 and so on, and the services, which take every token not in `refused`."""

    def __init__(
        self,
        *logins_before: FakeResponse,
        before_login: Callable[[], object] = lambda: None,
        expires_at: str = EXPIRES_AT,
    ) -> None:
        self.logins_before, self.before_login, self.expires_at = list(logins_before), before_login, expires_at
        self.logins: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []
        self.refused: dict[str, FakeResponse] = {}
        self.given = 0

    def __call__(self, request: httpx.Request) -> FakeResponse:
        if request.url.path.endswith("/v3/auth/tokens"):
            self.logins.append(request)
            return self.log_in()
        self.calls.append(request)
        if len(self.calls) > 100:
            raise AssertionError("the service is asked without end")
        refusal = self.refused.get(request.headers["X-Auth-Token"], self.refused.get("any"))
        if refusal is not None:
            return refusal
        times = {"create_time": "2026-01-01T00:00:00Z", "last_use_time": "2026-01-02T00:00:00Z"}
        credential = {"access": "AK", "user_id": "u", "status": "active", **times}
        return answer(200, {"secrets": [{"id": "1", "name": "n"}], "page_info": {}, "credential": credential})

    def log_in(self) -> FakeResponse:
        self.before_login()
        if self.logins_before:
            return self.logins_before.pop(0)
        self.given += 1
        return answer(201, token_body(self.expires_at), **{"X-Subject-Token": f"token-{self.given}"})

    @property
    def sent(self) -> list[str]:
        return [request.headers["X-Auth-Token"] for request in self.calls]


def open_huawei(driver: Driver, service: Handler, **options: Any) -> Any:
    defaults: dict[str, Any] = {"project_id": "p", "domain_id": "d", "retry": QUICK}
    secret: dict[str, Any] = {} if "token" in options else {"password": PASSWORD}
    return driver.huawei(service, **defaults | secret | options)


def secrets_of(driver: Driver, huawei: Any) -> list[Any]:
    return [item.id for item in driver.items(huawei.csms.list_secrets())]


def key_of(driver: Driver, huawei: Any) -> Any:
    return show(driver, huawei).access


def open_csms(driver: Driver, auth: httpx.Auth, **settings: Any) -> Any:
    """Return a client of one API, with an authentication of its own."""
    kind: type[Any] = huawei_csms.AsyncClient if driver.is_async else huawei_csms.Client
    return kind(**{"project_id": "p", "auth": auth, "retry": QUICK} | settings)


def call_secrets(driver: Driver, client: Any) -> Any:
    call = list_secrets.asyncio_detailed if driver.is_async else list_secrets.sync_detailed
    return driver.do(lambda: call(client, project_id="p"))


MAKERS: dict[str, Callable[[str], httpx.Auth]] = {
    "given": lambda base_url: TokenAuth(GIVEN, base_url),
    "got": lambda base_url: PasswordTokenAuth(PASSWORD, OF_THE_PROJECT, base_url, base_url),
}


REFUSALS = {
    "401 of the gateway": gateway(401, "APIGW.0307"),
    "401 of IAM": gateway(401, "IAM.0066"),
    "401 of Keystone": keystone(401, "The request you have made requires authentication."),
    "401 in HTML": FakeResponse(401, b"<html>"),
    "401 without a body": FakeResponse(401, b""),
    "403 of CSMS": gateway(403, "KMS.0303"),
    "403 of CSMS, inner": answer(403, {"error": {"error_code": "KMS.0303", "error_msg": "expired"}}),
    "403 of IAM": gateway(403, "IAM.0066"),
}


WRONG = keystone(401, "The username or password is wrong.")
COMPRESSED = {"Content-Encoding": "gzip"}

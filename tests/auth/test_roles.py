"""The adapters on the credentials page work with the vendors' own libraries, whose requests never leave the process."""

from __future__ import annotations

import ast
import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from Tea.core import TeaCore  # type: ignore[import-untyped]

from auth.credential_files import CLI, write_aliyun
from cloudkeys import AccessKey
from cloudkeys.testing import Caller, FakeCloud, example_leak
from docs.blocks import blocks_of
from docs.files import ROOT

BLOCKS = [block.text for block in blocks_of(ROOT, "docs/pages/credentials.md")]
ADAPTER, OTHERS = [text for text in BLOCKS if "provider" in text][:2]
(AGENCY,) = [text for text in BLOCKS if "agency" in text]
PROVIDERS = {
    node.value.func.id: ast.unparse(node)  # type: ignore[attr-defined] # each is an assignment of a call
    for node in ast.parse(f"{ADAPTER}\n{OTHERS}").body
    if isinstance(node, ast.Assign) and ast.unparse(node).startswith("provider = ")
}
STS, METADATA = "sts.aliyuncs.com", "/latest/meta-data/ram/security-credentials/leak-response"
REQUESTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "RamRoleArnCredentialsProvider": (STS, "/", {"Action": "AssumeRole", "AccessKeyId": "your-id"}),
    "OIDCRoleArnCredentialsProvider": (STS, "/", {"Action": "AssumeRoleWithOIDC", "OIDCToken": "oidc-token"}),
    "EcsRamRoleCredentialsProvider": ("100.100.100.200", METADATA, {}),
    "CLIProfileCredentialsProvider": (STS, "/", {"Action": "AssumeRole", "AccessKeyId": "cli"}),
}
"""The last request that each provider sends."""


class RoleServices:
    """Issues TEMPORARY1, TEMPORARY2 and so on, and records the requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[str | None, str, dict[str, str]]] = []
        self.issued = 0
        self.lifetime = timedelta(hours=1)

    def send(self, prepared: requests.PreparedRequest, **_: Any) -> requests.Response:
        """Respond in place of `requests.Session.send`."""
        url = urlsplit(str(prepared.url))
        body: Any = prepared.body or b""
        fields = parse_qs(f"{url.query}&{body if isinstance(body, str) else body.decode()}")
        self.requests.append((url.hostname, url.path, {name: values[0] for name, values in fields.items()}))
        response = requests.Response()
        response.status_code, response._content = 200, self.respond(url.hostname, url.path).encode()  # noqa: SLF001
        return response

    def respond(self, host: str | None, path: str) -> str:
        if path.endswith("/token"):
            return "token-of-the-instance"
        self.issued += 1
        end = datetime.now(UTC) + self.lifetime
        if host == "169.254.169.254":
            keys = {"access": f"TEMPORARY{self.issued}", "secret": "s", "securitytoken": "t"}
            return json.dumps({"credential": keys | {"expires_at": f"{end:%Y-%m-%dT%H:%M:%S.%fZ}"}})
        keys = {"AccessKeyId": f"TEMPORARY{self.issued}", "AccessKeySecret": "s", "SecurityToken": "t"}
        keys |= {"Expiration": f"{end:%Y-%m-%dT%H:%M:%SZ}", "Code": "Success"}
        return json.dumps(keys if host == "100.100.100.200" else {"Credentials": keys})


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> RoleServices:
    # The library looked up the home folder when it was imported.
    monkeypatch.setattr("alibabacloud_credentials.utils.auth_constant.HOME", os.environ["HOME"])
    services = RoleServices()

    async def send_async(*args: Any) -> Any:
        return TeaCore.do_action(*args)

    monkeypatch.setattr(requests.Session, "send", services.send)
    monkeypatch.setattr(TeaCore, "async_do_action", send_async)
    return services


def run_block(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(text, "credentials.md", "exec"), names)  # noqa: S102 - the project's own page
    return names


def cloud_of_roles(vendor: Any) -> FakeCloud:
    """Return a cloud that accepts the first ten keys of the services."""
    cloud = FakeCloud(leaks=[example_leak()])
    keys = [AccessKey(f"TEMPORARY{number}", "s", "t") for number in range(1, 11)]
    cloud.callers.add([Caller(vendor=vendor, key=key) for key in keys])
    return cloud


def test_each_provider_of_the_page_is_tested() -> None:
    assert PROVIDERS.keys() == REQUESTS.keys()


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("provider", REQUESTS)
def test_a_role_of_alibaba_signs(provider: str, way: str, services: RoleServices, home: Path, tmp_path: Path) -> None:
    role: Any = {"ram_role_arn": "acs:ram::1:role/r", "ram_session_name": "s", "expired_seconds": 900}
    write_aliyun(home, CLI | {"name": "prod", "mode": "RamRoleArn"} | role)
    (tmp_path / "token").write_text("oidc-token")
    text = f"{ADAPTER}\n{PROVIDERS[provider]}"
    names = run_block(text.replace("/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token", str(tmp_path / "token")))
    cloud = cloud_of_roles("alibaba")

    def sync() -> list[Any]:
        client = cloud.alibaba(credentials=names["from_role"])
        return [leak for _ in range(2) for leak in client.sas.describe_accesskey_leak_list()]

    async def asynchronous() -> list[Any]:
        client = cloud.async_alibaba(credentials=names["from_role_async"])
        return [leak for _ in range(2) async for leak in client.sas.describe_accesskey_leak_list()]

    assert len(sync() if way == "sync" else asyncio.run(asynchronous())) == 2
    assert services.issued == 1, "the library caches the keys"
    host, path, fields = services.requests[-1]
    assert (host, path) == REQUESTS[provider][:2]
    assert REQUESTS[provider][2].items() <= fields.items()


def test_an_agency_of_huawei_signs_and_is_renewed(services: RoleServices) -> None:
    cloud = cloud_of_roles("huawei")
    huawei = cloud.huawei(credentials=run_block(AGENCY)["from_agency"])
    for lifetime in (timedelta(seconds=1), timedelta(hours=1), timedelta(hours=1)):
        services.lifetime = lifetime
        list(huawei.csms.list_secrets())
    assert services.issued == 2
    assert services.requests[-1][:2] == ("169.254.169.254", "/openstack/latest/securitykey")
    assert len(cloud.calls) == 3

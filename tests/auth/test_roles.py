"""The adapters of the page on credentials, with the vendors' own libraries and loopback services of temporary keys."""

from __future__ import annotations

import ast
import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auth.credential_files import write_aliyun
from auth.role_services import AUTHORITY, RoleServices, proxy_to
from cloudkeys import AccessKey
from cloudkeys.testing import Caller, FakeCloud, example_leak
from docs.blocks import blocks_of
from docs.files import ROOT

BLOCKS = [block.text for block in blocks_of(ROOT, "docs/pages/credentials.md") if "provider" in block.text]
ADAPTER, OTHERS = BLOCKS[:2]
(AGENCY,) = [block.text for block in blocks_of(ROOT, "docs/pages/credentials.md") if "agency" in block.text]
PROVIDERS = {
    node.value.func.id: ast.unparse(node)  # type: ignore[attr-defined] # each is an assignment of a call
    for node in ast.parse(f"{ADAPTER}\n{OTHERS}").body
    if isinstance(node, ast.Assign) and ast.unparse(node).startswith("provider = ")
}
SECRET_OF_ROLES = ("s", "t")


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[RoleServices]:
    AUTHORITY.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    # Through a proxy, the library's sync calls heed no variable.
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "authority.pem"))
    services = RoleServices()
    # The library has looked for the home when it was imported.
    monkeypatch.setattr("alibabacloud_credentials.utils.auth_constant.HOME", os.environ["HOME"])
    with proxy_to(services) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy)
        yield services


def adapters(provider: str, tmp_path: Path) -> dict[str, Any]:
    """Run the page's code with one of its providers."""
    names: dict[str, Any] = {}
    token = tmp_path / "token"
    token.write_text("oidc-token")
    text = f"{ADAPTER}\n{PROVIDERS[provider]}".replace(
        "/var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token", str(token)
    )
    exec(compile(text, "credentials.md", "exec"), names)  # noqa: S102 - the project's own page
    return names


def cloud_of_roles(vendor: Any) -> FakeCloud:
    """Return a cloud that takes the first ten keys of the services."""
    cloud = FakeCloud(leaks=[example_leak()])
    keys = [AccessKey(f"TEMPORARY{number}", *SECRET_OF_ROLES) for number in range(1, 11)]
    cloud.callers.add([Caller(vendor=vendor, key=key) for key in keys])
    return cloud


ASKED = {
    "RamRoleArnCredentialsProvider": ("sts.aliyuncs.com", "/", {"Action": "AssumeRole", "AccessKeyId": "your-id"}),
    "OIDCRoleArnCredentialsProvider": (
        "sts.aliyuncs.com",
        "/",
        {"Action": "AssumeRoleWithOIDC", "OIDCToken": "oidc-token"},
    ),
    "EcsRamRoleCredentialsProvider": (
        "100.100.100.200",
        "/latest/meta-data/ram/security-credentials/leak-response",
        {},
    ),
    "CLIProfileCredentialsProvider": (
        "sts.aliyuncs.com",
        "/",
        {"Action": "AssumeRole", "AccessKeyId": "of-the-profile"},
    ),
}


def test_each_provider_of_the_page_is_tried() -> None:
    assert PROVIDERS.keys() == ASKED.keys()


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("provider", ASKED)
def test_a_role_of_alibaba_signs(provider: str, way: str, services: RoleServices, home: Path, tmp_path: Path) -> None:
    role = {"ram_role_arn": "acs:ram::1:role/r", "ram_session_name": "s", "expired_seconds": 900}
    keys = {"access_key_id": "of-the-profile", "access_key_secret": "s"}
    profile: Any = {"name": "prod", "mode": "RamRoleArn", **keys, **role}
    write_aliyun(home, profile)
    names, cloud = adapters(provider, tmp_path), cloud_of_roles("alibaba")

    def sync() -> list[Any]:
        client = cloud.alibaba(credentials=names["from_role"])
        return [*client.sas.describe_accesskey_leak_list(), *client.sas.describe_accesskey_leak_list()]

    async def asynchronous() -> list[Any]:
        client = cloud.async_alibaba(credentials=names["from_role_async"])
        return [leak for _ in range(2) async for leak in client.sas.describe_accesskey_leak_list()]

    found = sync() if way == "sync" else asyncio.run(asynchronous())
    assert len(found) == 2
    assert services.given == 1, "the library keeps the keys"
    host, path, fields = services.asked[-1]
    assert (host, path) == ASKED[provider][:2]
    assert ASKED[provider][2].items() <= fields.items()


def test_an_agency_of_huawei_signs_and_is_renewed(services: RoleServices) -> None:
    names: dict[str, Any] = {}
    exec(compile(AGENCY, "credentials.md", "exec"), names)  # noqa: S102 - the project's own page
    cloud = cloud_of_roles("huawei")
    huawei = cloud.huawei(credentials=names["from_agency"])
    services.lasts = timedelta(seconds=1)
    list(huawei.csms.list_secrets())
    services.lasts = timedelta(hours=1)
    for _ in range(3):
        list(huawei.csms.list_secrets())
    assert services.given == 2
    assert services.asked[-1][:2] == ("169.254.169.254", "/openstack/latest/securitykey")
    assert len(cloud.calls) == 4

"""Calls of a served fake cloud by the vendors' own SDKs, sync and async."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import attrs
from alibabacloud_ims20190815 import models as ims_models
from alibabacloud_ims20190815.client import Client as ImsClient
from alibabacloud_sas20181203 import models as sas_models
from alibabacloud_sas20181203.client import Client as SasClient
from alibabacloud_tea_openapi.models import Config
from darabonba.exceptions import DaraException
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcsms import v1 as csms
from huaweicloudsdkiam import v3, v5

from cloudkeys import AccessKey
from cloudkeys.testing.state import DOMAIN_ID, PROJECT_ID

WAYS: Final = ("sync", "async")
ERRORS: Final = (DaraException, ServiceResponseException)
"""The exceptions that the SDKs raise for a refused call."""
_ALIBABA: Final[dict[str, tuple[Callable[[Any], Any], ModuleType]]] = {
    "alibaba_ims": (ImsClient, ims_models),
    "alibaba_sas": (SasClient, sas_models),
}


@attrs.frozen
class _Huawei:
    """An SDK of Huawei Cloud: its requests, its clients, and the suffix of its names of operations."""

    requests: ModuleType
    clients: dict[str, Any]
    suffix: str = ""

    def credentials(self, key: AccessKey) -> Any:
        """Return the SDK's credentials for the project or the account."""
        kind, scope = (BasicCredentials, PROJECT_ID) if self.requests is csms else (GlobalCredentials, DOMAIN_ID)
        found = kind(key.access_key_id, key.secret, scope)
        return found.with_security_token(key.security_token) if key.security_token else found


_HUAWEI: Final = {
    "huawei_csms": _Huawei(csms, {"sync": csms.CsmsClient, "async": csms.CsmsAsyncClient}),
    "huawei_iam_v3": _Huawei(v3, {"sync": v3.IamClient, "async": v3.IamAsyncClient}),
    "huawei_iam_v5": _Huawei(v5, {"sync": v5.IamClient, "async": v5.IamAsyncClient}, "V5"),
}
_BODIES: Final[dict[str, Callable[..., Any]]] = {
    "CreatePermanentAccessKey": lambda **given: v3.CreatePermanentAccessKeyRequestBody(
        v3.CreateCredentialOption(**given)
    ),
    "UpdatePermanentAccessKey": lambda **given: v3.UpdatePermanentAccessKeyRequestBody(
        v3.UpdateCredentialOption(**given)
    ),
    "UpdateAccessKey": v5.UpdateAccessKeyReqBody,
    "CreateSecretVersion": csms.CreateSecretVersionRequestBody,
    "UpdateSecretStage": csms.UpdateSecretStageRequestBody,
}
"""The constructors of Huawei Cloud's request bodies, by the operation."""


@attrs.frozen
class Sdks:
    """The SDKs of both vendors, called `sync` or `async` at a URL with one access key."""

    url: str
    key: AccessKey
    way: str = "sync"

    def call(self, operation: str, **given: Any) -> Any:
        """Return the response to a call with parameters by the SDK's names; `body` is a dict."""
        service, _, name = operation.partition(".")
        return self._alibaba(service, name, given) if service in _ALIBABA else self._huawei(service, name, given)

    def _alibaba(self, service: str, name: str, given: dict[str, Any]) -> Any:
        kind, models = _ALIBABA[service]
        token: dict[str, Any] = {"security_token": self.key.security_token} if self.key.security_token else {}
        where = {"endpoint": self.url.removeprefix("http://"), "protocol": "http"}
        client = kind(Config(access_key_id=self.key.access_key_id, access_key_secret=self.key.secret, **where, **token))
        request, method = getattr(models, f"{name}Request")(**given), _snake(name)
        if self.way == "sync":
            return getattr(client, method)(request).body
        return asyncio.run(getattr(client, f"{method}_async")(request)).body

    def _huawei(self, service: str, name: str, given: dict[str, Any]) -> Any:
        sdk = _HUAWEI[service]
        builder = sdk.clients[self.way].new_builder().with_credentials(sdk.credentials(self.key))
        client = builder.with_endpoint(self.url).build()
        if "body" in given:
            given["body"] = _BODIES[name](**given["body"])
        request, method = getattr(sdk.requests, f"{name}{sdk.suffix}Request")(**given), _snake(name + sdk.suffix)
        if self.way == "sync":
            return getattr(client, method)(request)
        return getattr(client, f"{method}_async")(request).result()


def code_of(error: Any) -> str:
    """Return the vendor's code of an SDK's exception."""
    return str(error.code if isinstance(error, DaraException) else error.error_code)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()

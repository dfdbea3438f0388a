"""Alibaba Cloud: its APIs, their endpoints and their authentication."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any

import attrs

from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.find import find_alibaba
from cloudkeys.auth.sources import check_profile
from cloudkeys.runtime.endpoints import choose_base_url
from cloudkeys.runtime.service import Api, Front
from cloudkeys.runtime.settings import AsyncLifetime, SyncLifetime, instance_validator
from cloudkeys_api import alibaba_ims, alibaba_sas

if TYPE_CHECKING:
    from cloudkeys.auth.credentials import AccessKeySource


@attrs.frozen(kw_only=True, eq=False, slots=False)
class _Alibaba(Front):
    region: str | None = None
    base_url: str | None = None
    profile: str | None = attrs.field(default=None, validator=instance_validator(str, NoneType))
    credentials: AccessKeySource | None = attrs.field(default=None, repr=False)

    ims = Api(alibaba_ims.Client, alibaba_ims.AsyncClient)
    """Identity Management Service: RAM users and their access keys."""
    sas = Api(alibaba_sas.Client, alibaba_sas.AsyncClient)
    """Security Center."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_profile(self.profile, self.credentials)
        for name in self.apis():
            # Creates the client, which checks the settings.
            getattr(self, name)

    def client_settings(self, api: Api[Any, Any]) -> dict[str, Any]:
        """Return the arguments of an API's client."""
        url = choose_base_url(self.base_url, self.region, api.client.service.servers, example="cn-hangzhou")
        source = self.credentials or (lambda: find_alibaba(self.profile))
        return self.common_settings() | {"base_url": url, "auth": Acs3Auth(source, url)}


class Alibaba(_Alibaba, SyncLifetime):
    """Alibaba Cloud, for sync calls; threads may share it.

    Attributes:
        ims: The client of the Identity Management Service (RAM users and their access keys),
            `cloudkeys_api.alibaba_ims.Client`.
        sas: The client of Security Center, `cloudkeys_api.alibaba_sas.Client`.
        region: The region's ID, such as `cn-hangzhou`; it determines the host.
        base_url: Where to send requests, instead of the region's host.
        profile: The name of a profile of the CLI or the SDKs, instead of keys in the environment.
        credentials: The AccessKey pair, or a function that returns the current one. By default, each attempt uses the
            pair that `cloudkeys.auth.find.find_alibaba` finds. Not shown in `repr`.

    The other attributes (timeout, retry, connections, ...) are those of `cloudkeys.runtime.settings.ClientSettings`.

    Raises:
        ValueError: Neither region nor base_url is given, one of them is invalid, the profile's name is empty, or both
            profile and credentials are given.
        TypeError: A setting has the wrong type.
    """


class AsyncAlibaba(_Alibaba, AsyncLifetime):
    """Alibaba Cloud, for async calls; tasks may share it.

    Its attributes are those of `Alibaba`, with the async clients of the APIs; the function that returns the credentials
    may be async.
    """

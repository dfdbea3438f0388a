"""Huawei Cloud: its APIs, their endpoints and their authentication."""

from __future__ import annotations

import contextlib
import os
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

import attrs

from cloudkeys.auth.credentials import AccessKeySource, Password, wrap_secret
from cloudkeys.auth.find import find_huawei, find_scope_id, scope_id_from_environment
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from cloudkeys.auth.sources import check_profile
from cloudkeys.auth.token import PasswordTokenAuth, TokenAuth
from cloudkeys.errors import CredentialsError
from cloudkeys.runtime.endpoints import choose_base_url
from cloudkeys.runtime.headers import check_header_value
from cloudkeys.runtime.service import Api, Front
from cloudkeys.runtime.settings import AsyncLifetime, SyncLifetime, instance_validator
from cloudkeys_api import huawei_csms, huawei_iam_v3, huawei_iam_v5

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from cloudkeys.runtime.types import SecretStr

_REGIONAL: Final = "project"
_GLOBAL: Final = "domain"
_SECTIONS: Final = {_REGIONAL: "basic", _GLOBAL: "global"}
"""The section of the credentials file for each scope."""


class _TokenAuths(dict[tuple[object, ...], PasswordTokenAuth]):
    """The token authentications that a client shares with its copies, so that one token serves all of them."""


@attrs.frozen(kw_only=True, eq=False, slots=False)
class _Huawei(Front):
    region: str | None = None
    project_id: str | None = None
    domain_id: str | None = None
    profile: str | None = attrs.field(default=None, validator=instance_validator(str, NoneType))
    credentials: AccessKeySource | None = attrs.field(default=None, repr=False)
    token: SecretStr | None = attrs.field(default=None, repr=False, converter=attrs.converters.optional(wrap_secret))
    password: Password | None = attrs.field(default=None, repr=False, validator=instance_validator(Password, NoneType))
    base_url: str | None = None
    base_urls: Mapping[str, str] = attrs.field(factory=dict[str, str])
    _token_auths: _TokenAuths = attrs.field(factory=_TokenAuths, repr=False)

    csms = Api(huawei_csms.Client, huawei_csms.AsyncClient, _REGIONAL)
    """Cloud Secret Management Service."""
    iam_v3 = Api(huawei_iam_v3.Client, huawei_iam_v3.AsyncClient, _GLOBAL)
    """Identity and Access Management, version 3."""
    iam_v5 = Api(huawei_iam_v5.Client, huawei_iam_v5.AsyncClient, _GLOBAL)
    """Identity and Access Management, version 5."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        given = (self.credentials, self.token, self.password)
        if sum(source is not None for source in given) > 1:
            raise ValueError("give one of credentials, token and password")
        check_profile(self.profile, *given)
        for name in ("project_id", "domain_id"):
            if getattr(self, name) is not None:
                check_header_value(name, getattr(self, name))
        apis = self.apis()
        if unknown := self.base_urls.keys() - apis.keys():
            raise ValueError(f"base_urls: {min(unknown)!r} is none of {', '.join(sorted(apis))}")
        for api in apis.values():
            # Creates the client, which checks the settings. An unknown or invalid project or account matters only to
            # a caller that uses such a client.
            with contextlib.suppress(CredentialsError):
                if not api.own_settings or self._scope_id(api.scope):
                    getattr(self, api.name)

    def client_settings(self, api: Api[Any, Any]) -> dict[str, Any]:
        """Return the arguments of an API's client."""
        own = {name: self._required(api, name) for name in api.own_settings}
        url = self._url_of(api)
        return self.common_settings() | own | {"base_url": url, "auth": self._auth_of(api, url)}

    def _required(self, api: Api[Any, Any], name: str) -> str:
        found = self._scope_id(name.removesuffix("_id"))
        if not found:
            variable = f"HUAWEICLOUD_SDK_{name.upper()}"
            where = f"next to the keys of the profile {self.profile}" if self.profile else variable
            empty = ", which is empty" if not self.profile and os.environ.get(variable) == "" else ""
            raise ValueError(f"{api.name} needs {name}: give it, or set {where}{empty}")
        return found

    def _url_of(self, api: Api[Any, Any]) -> str:
        given = self.base_urls.get(api.name, self.base_url)
        return choose_base_url(given, self.region, api.client.service.servers, example="cn-north-4")

    def _auth_of(self, api: Api[Any, Any], url: str) -> httpx.Auth:
        if self.token is not None:
            return TokenAuth(self.token.reveal(), url)
        found_id = self._scope_id(api.scope)
        if self.password is not None:
            scope = {api.scope: {"id": found_id} if found_id else {"name": self.password.domain}}
            iam_url = self._url_of(self.apis()["iam_v3"])
            key = (self.password, api.scope, found_id, iam_url, url)
            return self._token_auths.setdefault(key, PasswordTokenAuth(self.password, scope, iam_url, url))
        source = self.credentials or (lambda: find_huawei(_SECTIONS[api.scope], self.profile)[0])
        return SdkHmacAuth(source, url, {f"X-{api.scope.capitalize()}-Id": found_id} if found_id else {})

    def _scope_id(self, scope: str) -> str | None:
        """Return the ID of the project or the account, as given or as found."""
        given: str | None = getattr(self, f"{scope}_id")
        if given:
            return given
        if any(source is not None for source in (self.credentials, self.token, self.password)):
            return scope_id_from_environment(f"{scope}_id")
        return find_scope_id(_SECTIONS[scope], self.profile)


class Huawei(_Huawei, SyncLifetime):
    """Huawei Cloud, for sync calls; threads may share it.

    Attributes:
        csms: The client of the Cloud Secret Management Service, `cloudkeys_api.huawei_csms.Client`; it needs a project.
        iam_v3: The client of IAM version 3, `cloudkeys_api.huawei_iam_v3.Client`.
        iam_v5: The client of IAM version 5, `cloudkeys_api.huawei_iam_v5.Client`.
        region: The region's ID, such as `cn-north-4`.
        project_id: The ID of the project of regional services; by default the one found with the access key.
        domain_id: The ID of the account, for IAM; by default the one found with the access key.
        profile: The suffix of sections in the credentials file, such as `prod` for `[basic-prod]` and `[global-prod]`,
            instead of keys in the environment.
        credentials: The access key, or a function that returns the current one. By default, each attempt uses the key
            that `cloudkeys.auth.find.find_huawei` finds. Not shown in `repr`.
        token: A token, instead of an access key. Not shown in `repr`.
        password: A user and a password to log in with, instead of an access key. Not shown in `repr`.
        base_url: Where to send all requests, instead of the region's hosts.
        base_urls: Where to send the requests of single APIs, by the names of their attributes, instead of base_url.
        token_auths: For copies, which share tokens; leave it out.

    The other attributes (timeout, retry, connections, ...) are those of `cloudkeys.runtime.settings.ClientSettings`.

    Raises:
        ValueError: Neither region nor base_url is given, one of them is invalid, more than one of profile, credentials,
            token and password is given, or `csms` is used without a project.
        CredentialsError: The project or account that was found for an API can't be sent.
        TypeError: A setting has the wrong type.
    """


class AsyncHuawei(_Huawei, AsyncLifetime):
    """Huawei Cloud, for async calls; tasks may share it.

    Its attributes are those of `Huawei`, with the async clients of the APIs; the function that returns the credentials
    may be async.
    """

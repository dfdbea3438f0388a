"""Huawei Cloud: the access keys of IAM users, and the secrets of CSMS."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Final

from cloudkeys.auth.credentials import Password
from cloudkeys.errors import ParameterError
from cloudkeys.huawei_auth import TokenAuths, auth_for, scope_id
from cloudkeys.paging.cursor import PagingRule
from cloudkeys.paging.listing import DEFAULT_MAX_PAGES, Listing
from cloudkeys.paging.styles import next_marker, next_secret_marker
from cloudkeys.runtime.client import ApiClient
from cloudkeys.runtime.endpoints import base_url_of
from cloudkeys.runtime.settings import ClientSettings, check_kind
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from cloudkeys_api.huawei_csms.servers import SERVERS as CSMS_SERVERS
from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from cloudkeys_api.huawei_iam_v5.api.access_keys import list_access_keys
from cloudkeys_api.huawei_iam_v5.servers import SERVERS as IAM_SERVERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cloudkeys.auth.credentials import AccessKeySource
    from cloudkeys.runtime.messages import Response
    from cloudkeys_api.huawei_csms.models import Secret
    from cloudkeys_api.huawei_iam_v3.models import Credential, ShowPermanentAccessKeyResponse
    from cloudkeys_api.huawei_iam_v5.models import AccessKeyMetadata

ACCESS_KEYS: Final[PagingRule[AccessKeyMetadata]] = PagingRule(
    operation=list_access_keys.OPERATION,
    items=attrgetter("access_keys"),
    key=attrgetter("access_key_id"),
    next_step=next_marker,
    own=("marker", "limit"),
)
"""How the list of access keys is paged."""

SECRETS: Final[PagingRule[Secret]] = PagingRule(
    operation=list_secrets.OPERATION,
    items=attrgetter("secrets"),
    key=attrgetter("id"),
    next_step=next_secret_marker,
    own=("marker", "limit"),
)
"""How the list of secrets is paged."""


def last_used_at(access_key: Credential) -> datetime | None:
    """Return when an access key was last used, and None if it never was: then the vendor repeats its creation time.

    Args:
        access_key: What `Huawei.access_key` returns.
    """
    return None if access_key.last_use_time == access_key.create_time else access_key.last_use_time


@dataclass(frozen=True, kw_only=True, eq=False)
class Huawei(ClientSettings):
    """Huawei Cloud, with an access key, given or looked for where the vendor's SDK does, or with a token.

    Attributes:
        region: The region's ID, such as `cn-north-4`.
        project_id: The ID of the project whose secrets are listed; by default the one found now with the access key.
        domain_id: The ID of the account, for IAM; by default the one found with the access key.
        credentials: The access key, or a function, sync or async, that returns the current one. Not shown in `repr`.
        token: A token, in place of an access key. Not shown in `repr`.
        password: What to get tokens with, in place of an access key. Not shown in `repr`.
        base_url: Where to send all requests, in place of what the region says.
        iam_base_url: Where to send the requests to IAM, in place of base_url.
        csms_base_url: Where to send the requests to CSMS, in place of base_url.
        token_auths: What copies share, so that a token is got once; leave it out.

    The other attributes (timeout, retry, connections, ...) are those of `cloudkeys.runtime.settings.ClientSettings`.

    Raises:
        ValueError: There is neither a region nor a base_url, one of them can't be right, or there is more than one of
            credentials, token and password.
        TypeError: The password is no Password, or a setting is of another type.
    """

    region: str | None = None
    project_id: str | None = None
    domain_id: str | None = None
    credentials: AccessKeySource | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    password: Password | None = field(default=None, repr=False)
    base_url: str | None = None
    iam_base_url: str | None = None
    csms_base_url: str | None = None
    token_auths: TokenAuths = field(default_factory=TokenAuths, repr=False)

    def __post_init__(self) -> None:
        """Make the clients of the two services, which check the settings."""
        if sum(given is not None for given in (self.credentials, self.token, self.password)) > 1:
            raise ValueError("give one of credentials, token and password")
        check_kind("password", self.password, (Password, NoneType), "a Password")
        _ = self._project_id, self._iam, self._csms

    @cached_property
    def _project_id(self) -> str | None:
        return scope_id(self, "basic")

    @cached_property
    def _iam(self) -> ApiClient:
        url = self._url(self.iam_base_url, IAM_SERVERS)
        return ApiClient(**self.shared(), base_url=url, auth=auth_for(self, "global", url, url))

    @cached_property
    def _csms(self) -> ApiClient:
        url = self._url(self.csms_base_url, CSMS_SERVERS)
        return ApiClient(**self.shared(), base_url=url, auth=auth_for(self, "basic", url, self._iam.base_url))

    def _url(self, own: str | None, servers: Iterable[tuple[str, tuple[str, ...]]]) -> str:
        url = own or self.base_url
        if url is None and self.region is None:
            raise ValueError("give a region, such as cn-north-4, or a base_url")
        return url or base_url_of(self.region or "", servers)

    def access_keys(
        self,
        user_id: str,
        *,
        page_size: int | None = None,
        max_items: int | None = None,
        max_pages: int = DEFAULT_MAX_PAGES,
        resume: str | None = None,
    ) -> Listing[AccessKeyMetadata]:
        """List the permanent access keys of an IAM user.

        The vendor's page: "Querying All Permanent Access Keys" (IAM v5).

        Args:
            user_id: The ID of the IAM user: 1 to 64 letters, digits and hyphens.
            page_size: How many access keys to ask for at once, 1 to 200; None for the service's own, 100.
            max_items: How many access keys to give at the most, 0 or more; None for all.
            max_pages: How many pages to ask for at the most, 1 or more.
            resume: The position of an earlier listing of the same user.

        Returns:
            The listing; nothing is sent before it is looped over.

        Raises:
            ParameterError: A value isn't what the vendor's page allows, or the position is of another listing.
        """
        arguments = {"user_id": user_id, "limit": page_size}
        return Listing(self._iam, ACCESS_KEYS, arguments, max_items=max_items, max_pages=max_pages, resume=resume)

    def access_key(self, access_key: str) -> Credential:
        """Show a permanent access key, with the time of its last use: see `last_used_at`.

        The vendor's page: "Querying a Permanent Access Key" of 2022-08-16 (IAM v3).

        Args:
            access_key: The ID of the access key (AK).

        Returns:
            What is known of the access key, without its secret.

        Raises:
            CloudkeysError: There is no result; `cloudkeys.errors` has the tree.
        """
        return self.access_key_detailed(access_key).body.credential

    async def access_key_async(self, access_key: str) -> Credential:
        """Show a permanent access key, as `access_key` does.

        Args:
            access_key: The ID of the access key (AK).

        Returns:
            What is known of the access key, without its secret.

        Raises:
            CloudkeysError: There is no result; `cloudkeys.errors` has the tree.
        """
        return (await self.access_key_detailed_async(access_key)).body.credential

    def access_key_detailed(self, access_key: str) -> Response[ShowPermanentAccessKeyResponse]:
        """Show a permanent access key, with status, headers and raw content.

        Args:
            access_key: The ID of the access key (AK).

        Returns:
            The result, with its status, headers and raw content.

        Raises:
            CloudkeysError: There is no result; `cloudkeys.errors` has the tree.
        """
        return self._iam.call(show_permanent_access_key.OPERATION, {"access_key": access_key})

    async def access_key_detailed_async(self, access_key: str) -> Response[ShowPermanentAccessKeyResponse]:
        """Show a permanent access key, as `access_key_detailed` does.

        Args:
            access_key: The ID of the access key (AK).

        Returns:
            The result, with its status, headers and raw content.

        Raises:
            CloudkeysError: There is no result; `cloudkeys.errors` has the tree.
        """
        return await self._iam.call_async(show_permanent_access_key.OPERATION, {"access_key": access_key})

    def secrets(
        self,
        *,
        event_name: str | None = None,
        page_size: int = 50,
        max_items: int | None = None,
        max_pages: int = DEFAULT_MAX_PAGES,
        resume: str | None = None,
    ) -> Listing[Secret]:
        """List the secrets of the project, without their values.

        The vendor's page: ListSecrets of 2024-07-11 (CSMS).

        Args:
            event_name: Only secrets that are bound to the event of this name.
            page_size: How many secrets to ask for at once, 1 to 1,000; above the default of 50 only where the service
                is known to give that many, since a shorter page than asked for counts as the last.
            max_items: How many secrets to give at the most, 0 or more; None for all.
            max_pages: How many pages to ask for at the most, 1 or more.
            resume: The position of an earlier listing with the same project and event.

        Returns:
            The listing; nothing is sent before it is looped over.

        Raises:
            ParameterError: A value isn't what the vendor's page allows, there is no project_id, or the position is of
                another listing.
        """
        if self._project_id is None:
            reason = "is missing: give project_id, or set HUAWEICLOUD_SDK_PROJECT_ID"
            raise ParameterError(SECRETS.operation.name, "project_id", reason)
        if type(page_size) is not int or not 1 <= page_size <= 1000:  # noqa: PLR2004 - the vendor's range
            raise ParameterError(SECRETS.operation.name, "limit", "must be a whole number, 1 to 1,000")
        arguments = {"project_id": self._project_id, "limit": str(page_size), "event_name": event_name}
        return Listing(self._csms, SECRETS, arguments, max_items=max_items, max_pages=max_pages, resume=resume)

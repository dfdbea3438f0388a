# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""Sync and async clients of Alibaba Cloud Identity Management Service."""

from typing import Literal

from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime import client

from .api.access_keys import (
    create_access_key,
    delete_access_key,
    get_access_key_last_used,
    list_access_keys,
    update_access_key,
)
from .api.users import get_user, list_users
from .models import (
    AccessKeyStatus,
    CreateAccessKeyResponse,
    DeleteAccessKeyResponse,
    GetAccessKeyLastUsedResponse,
    GetUserResponse,
    ListAccessKeysResponse,
    ListUsersParameters,
    RamUser,
    UpdateAccessKeyResponse,
)
from .service import Service


class Client(client.SyncClient[Service]):
    """A client of Alibaba Cloud Identity Management Service.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service

    def get_user(
        self,
        *,
        user_principal_name: str | None = None,
        user_id: str | None = None,
        user_access_key_id: str | None = None,
    ) -> GetUserResponse:
        """Show a RAM user.

        Shows a RAM user. To find the owner of a leaked AccessKey pair, pass UserAccessKeyId
        alone. The vendor doesn't document what a pair of the Alibaba Cloud account itself
        returns. Source: "Tells about a RAM user." (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user. Pass exactly one of this, UserId and UserAccessKeyId.
            user_id: The ID of the user, instead of the logon name.
            user_access_key_id: The ID of an AccessKey pair of the user, instead of the logon name.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return get_user.sync(
            self,
            user_principal_name=user_principal_name,
            user_id=user_id,
            user_access_key_id=user_access_key_id,
        )

    def list_users(
        self, *, max_items: int | None = None, resume: str | None = None
    ) -> Listing[RamUser]:
        """List the RAM users.

        Lists the RAM users of the account, page by page. To find the owner of one AccessKey pair,
        use GetUser, which takes one call. Source: "ListUsers" (alibabacloud.com (intl.en-US)).

        Args:
            max_items: The number of users per page. 1 to 1000. The service's default is 1000.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListUsersParameters(max_items=max_items)
        return Listing(self, list_users.PAGING, parameters, resume)

    def list_access_keys(self, user_principal_name: str) -> ListAccessKeysResponse:
        """List the AccessKey pairs of a RAM user.

        Lists all AccessKey pairs of a RAM user, without their secrets. There are at most two
        pairs, and no pages. The operation can't list the pairs of the Alibaba Cloud account
        itself. Source: "ListAccessKeys" (alibabacloud.com (intl.en-US)).

        Args:
            user_principal_name: The logon name of the user.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return list_access_keys.sync(self, user_principal_name=user_principal_name)

    def get_access_key_last_used(
        self, user_principal_name: str, user_access_key_id: str
    ) -> GetAccessKeyLastUsedResponse:
        """Show when an AccessKey pair was last used.

        Shows when an AccessKey pair of a RAM user was last used, and for which service. The
        vendor doesn't document the delay of this time, so a pair that seems unused may be in use.
        Source: "Tells when a key was used last." (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user who owns the pair.
            user_access_key_id: The ID of the AccessKey pair.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return get_access_key_last_used.sync(
            self, user_principal_name=user_principal_name, user_access_key_id=user_access_key_id
        )

    def create_access_key(self, user_principal_name: str) -> CreateAccessKeyResponse:
        """Create an AccessKey pair for a RAM user.

        Creates an AccessKey pair for a RAM user and returns its secret, which no later call
        returns. A user has at most two pairs; a third is refused with
        LimitExceeded.User.AccessKey. Never repeat the call if its response was lost, since each
        call creates a pair: list the user's pairs, delete the new one and start again. Source:
        "CreateAccessKey" (alibabacloud.com (intl.en-US)).

        Args:
            user_principal_name: The logon name of the user who gets the pair.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return create_access_key.sync(self, user_principal_name=user_principal_name)

    def update_access_key(
        self,
        user_principal_name: str,
        user_access_key_id: str,
        status: AccessKeyStatus | Literal["Active", "Inactive"],
    ) -> UpdateAccessKeyResponse:
        """Disable an AccessKey pair, or enable it again.

        Sets the status of an AccessKey pair of a RAM user. `Inactive` disables the pair, and
        `Active` enables it again. The vendor doesn't document how long a disabled pair still
        works. Source: "Sets the status of a key of an Alibaba Cloud account or a RAM user."
        (alibabacloud.com/help/doc-detail).

        Args:
            user_principal_name: The logon name of the user who owns the pair.
            user_access_key_id: The ID of the AccessKey pair.
            status: The new status.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return update_access_key.sync(
            self,
            user_principal_name=user_principal_name,
            user_access_key_id=user_access_key_id,
            status=AccessKeyStatus.of(status),
        )

    def delete_access_key(
        self, user_principal_name: str, user_access_key_id: str
    ) -> DeleteAccessKeyResponse:
        """Delete an AccessKey pair of a RAM user.

        Deletes an AccessKey pair of a RAM user. Disable it first, and delete it once nothing
        needs it. If an earlier attempt was sent, "not found" means deleted; otherwise the user or
        the pair in the request is wrong. Source: "Resource Access Management:DeleteAccessKey" of
        2025-01-20 (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user who owns the pair.
            user_access_key_id: The ID of the AccessKey pair.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return delete_access_key.sync(
            self, user_principal_name=user_principal_name, user_access_key_id=user_access_key_id
        )


class AsyncClient(client.AsyncClient[Service]):
    """An async client of Alibaba Cloud Identity Management Service.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service

    async def get_user(
        self,
        *,
        user_principal_name: str | None = None,
        user_id: str | None = None,
        user_access_key_id: str | None = None,
    ) -> GetUserResponse:
        """Show a RAM user.

        Shows a RAM user. To find the owner of a leaked AccessKey pair, pass UserAccessKeyId
        alone. The vendor doesn't document what a pair of the Alibaba Cloud account itself
        returns. Source: "Tells about a RAM user." (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user. Pass exactly one of this, UserId and UserAccessKeyId.
            user_id: The ID of the user, instead of the logon name.
            user_access_key_id: The ID of an AccessKey pair of the user, instead of the logon name.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await get_user.asyncio(
            self,
            user_principal_name=user_principal_name,
            user_id=user_id,
            user_access_key_id=user_access_key_id,
        )

    def list_users(
        self, *, max_items: int | None = None, resume: str | None = None
    ) -> AsyncListing[RamUser]:
        """List the RAM users.

        Lists the RAM users of the account, page by page. To find the owner of one AccessKey pair,
        use GetUser, which takes one call. Source: "ListUsers" (alibabacloud.com (intl.en-US)).

        Args:
            max_items: The number of users per page. 1 to 1000. The service's default is 1000.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListUsersParameters(max_items=max_items)
        return AsyncListing(self, list_users.PAGING, parameters, resume)

    async def list_access_keys(self, user_principal_name: str) -> ListAccessKeysResponse:
        """List the AccessKey pairs of a RAM user.

        Lists all AccessKey pairs of a RAM user, without their secrets. There are at most two
        pairs, and no pages. The operation can't list the pairs of the Alibaba Cloud account
        itself. Source: "ListAccessKeys" (alibabacloud.com (intl.en-US)).

        Args:
            user_principal_name: The logon name of the user.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await list_access_keys.asyncio(self, user_principal_name=user_principal_name)

    async def get_access_key_last_used(
        self, user_principal_name: str, user_access_key_id: str
    ) -> GetAccessKeyLastUsedResponse:
        """Show when an AccessKey pair was last used.

        Shows when an AccessKey pair of a RAM user was last used, and for which service. The
        vendor doesn't document the delay of this time, so a pair that seems unused may be in use.
        Source: "Tells when a key was used last." (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user who owns the pair.
            user_access_key_id: The ID of the AccessKey pair.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await get_access_key_last_used.asyncio(
            self, user_principal_name=user_principal_name, user_access_key_id=user_access_key_id
        )

    async def create_access_key(self, user_principal_name: str) -> CreateAccessKeyResponse:
        """Create an AccessKey pair for a RAM user.

        Creates an AccessKey pair for a RAM user and returns its secret, which no later call
        returns. A user has at most two pairs; a third is refused with
        LimitExceeded.User.AccessKey. Never repeat the call if its response was lost, since each
        call creates a pair: list the user's pairs, delete the new one and start again. Source:
        "CreateAccessKey" (alibabacloud.com (intl.en-US)).

        Args:
            user_principal_name: The logon name of the user who gets the pair.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await create_access_key.asyncio(self, user_principal_name=user_principal_name)

    async def update_access_key(
        self,
        user_principal_name: str,
        user_access_key_id: str,
        status: AccessKeyStatus | Literal["Active", "Inactive"],
    ) -> UpdateAccessKeyResponse:
        """Disable an AccessKey pair, or enable it again.

        Sets the status of an AccessKey pair of a RAM user. `Inactive` disables the pair, and
        `Active` enables it again. The vendor doesn't document how long a disabled pair still
        works. Source: "Sets the status of a key of an Alibaba Cloud account or a RAM user."
        (alibabacloud.com/help/doc-detail).

        Args:
            user_principal_name: The logon name of the user who owns the pair.
            user_access_key_id: The ID of the AccessKey pair.
            status: The new status.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await update_access_key.asyncio(
            self,
            user_principal_name=user_principal_name,
            user_access_key_id=user_access_key_id,
            status=AccessKeyStatus.of(status),
        )

    async def delete_access_key(
        self, user_principal_name: str, user_access_key_id: str
    ) -> DeleteAccessKeyResponse:
        """Delete an AccessKey pair of a RAM user.

        Deletes an AccessKey pair of a RAM user. Disable it first, and delete it once nothing
        needs it. If an earlier attempt was sent, "not found" means deleted; otherwise the user or
        the pair in the request is wrong. Source: "Resource Access Management:DeleteAccessKey" of
        2025-01-20 (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user who owns the pair.
            user_access_key_id: The ID of the AccessKey pair.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await delete_access_key.asyncio(
            self, user_principal_name=user_principal_name, user_access_key_id=user_access_key_id
        )

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
        """Show one RAM user.

        Shows one RAM user, also the one whose AccessKey pair it is: give UserAccessKeyId alone to
        find the owner of a leaked pair. What it returns for a pair of the Alibaba Cloud account
        itself is not known. Source: "Tells about a RAM user." (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user. Give this, or UserId, or UserAccessKeyId, and only one of
                them.
            user_id: The ID of the user, in place of the logon name.
            user_access_key_id: The ID of an AccessKey pair of the user, in place of the logon name.

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
        GetUser takes one call. Source: "ListUsers" (alibabacloud.com (intl.en-US)).

        Args:
            max_items: The number of users on a page. 1 to 1000. The service's default is 1000.
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

        Lists all AccessKey pairs of one RAM user, without their secrets. There are at most two,
        and no pages. The pairs of the Alibaba Cloud account itself can't be listed by it. Source:
        "ListAccessKeys" (alibabacloud.com (intl.en-US)).

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
        """Show when an AccessKey pair was used last.

        Shows when an AccessKey pair of a RAM user was used last, and for which service. How late
        it shows a use is not known, so a pair that seems unused may be in use. Source: "Tells
        when a key was used last." (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user whose pair it is.
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

        Creates an AccessKey pair for one RAM user, and returns its secret this once: no call
        returns it later. A user has at most two pairs; a third one is refused with
        LimitExceeded.User.AccessKey. Never repeat the call after its response was lost, since
        each call makes a pair: list the user's pairs, delete the new one, and begin anew. Source:
        "CreateAccessKey" (alibabacloud.com (intl.en-US)).

        Args:
            user_principal_name: The logon name of the user for whom the pair is.

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

        Sets the status of an AccessKey pair of a RAM user. `Inactive` disables it, and `Active`
        takes that back. How long a disabled pair still works is not known. Source: "Sets the
        status of a key of an Alibaba Cloud account or a RAM user." (alibabacloud.com/help/doc-
        detail).

        Args:
            user_principal_name: The logon name of the user whose pair it is.
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
        misses it. Not found means deleted if an earlier attempt was sent; otherwise the user or
        the pair is the wrong one. Source: "Resource Access Management:DeleteAccessKey" of
        2025-01-20 (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user whose pair it is.
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
        """Show one RAM user.

        Shows one RAM user, also the one whose AccessKey pair it is: give UserAccessKeyId alone to
        find the owner of a leaked pair. What it returns for a pair of the Alibaba Cloud account
        itself is not known. Source: "Tells about a RAM user." (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user. Give this, or UserId, or UserAccessKeyId, and only one of
                them.
            user_id: The ID of the user, in place of the logon name.
            user_access_key_id: The ID of an AccessKey pair of the user, in place of the logon name.

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
        GetUser takes one call. Source: "ListUsers" (alibabacloud.com (intl.en-US)).

        Args:
            max_items: The number of users on a page. 1 to 1000. The service's default is 1000.
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

        Lists all AccessKey pairs of one RAM user, without their secrets. There are at most two,
        and no pages. The pairs of the Alibaba Cloud account itself can't be listed by it. Source:
        "ListAccessKeys" (alibabacloud.com (intl.en-US)).

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
        """Show when an AccessKey pair was used last.

        Shows when an AccessKey pair of a RAM user was used last, and for which service. How late
        it shows a use is not known, so a pair that seems unused may be in use. Source: "Tells
        when a key was used last." (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user whose pair it is.
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

        Creates an AccessKey pair for one RAM user, and returns its secret this once: no call
        returns it later. A user has at most two pairs; a third one is refused with
        LimitExceeded.User.AccessKey. Never repeat the call after its response was lost, since
        each call makes a pair: list the user's pairs, delete the new one, and begin anew. Source:
        "CreateAccessKey" (alibabacloud.com (intl.en-US)).

        Args:
            user_principal_name: The logon name of the user for whom the pair is.

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

        Sets the status of an AccessKey pair of a RAM user. `Inactive` disables it, and `Active`
        takes that back. How long a disabled pair still works is not known. Source: "Sets the
        status of a key of an Alibaba Cloud account or a RAM user." (alibabacloud.com/help/doc-
        detail).

        Args:
            user_principal_name: The logon name of the user whose pair it is.
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
        misses it. Not found means deleted if an earlier attempt was sent; otherwise the user or
        the pair is the wrong one. Source: "Resource Access Management:DeleteAccessKey" of
        2025-01-20 (alibabacloud.com).

        Args:
            user_principal_name: The logon name of the user whose pair it is.
            user_access_key_id: The ID of the AccessKey pair.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await delete_access_key.asyncio(
            self, user_principal_name=user_principal_name, user_access_key_id=user_access_key_id
        )

# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""Sync and async clients of Huawei Cloud IAM v5."""

from typing import Literal

from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime import client

from .api.access_keys import (
    create_access_key,
    delete_access_key,
    list_access_keys,
    show_access_key_last_used,
    update_access_key,
)
from .api.users import list_users
from .models import (
    AccessKeyMetadata,
    AccessKeyStatus,
    CreateAccessKeyResponse,
    ListAccessKeysParameters,
    ListUsersParameters,
    ShowAccessKeyLastUsedResponse,
    UpdateAccessKeyResponse,
    User,
)
from .service import Service


class Client(client.SyncClient[Service]):
    """A client of Huawei Cloud IAM v5.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service

    def list_access_keys(
        self, user_id: str, *, limit: int | None = None, resume: str | None = None
    ) -> Listing[AccessKeyMetadata]:
        """List the permanent access keys of an IAM user.

        Lists all permanent access keys of an IAM user, page by page. Source: "Querying All
        Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            limit: The number of access keys per page. 1 to 200. The service's default is 100.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListAccessKeysParameters(user_id=user_id, limit=limit)
        return Listing(self, list_access_keys.PAGING, parameters, resume)

    def create_access_key(self, user_id: str) -> CreateAccessKeyResponse:
        """Create an access key.

        Creates a permanent access key for an IAM user. Only this response contains its secret. A
        user can have two access keys; a third is refused, with a code that the vendor doesn't
        publish. Without a response, the key may have been created all the same. The call isn't
        repeated, since each call creates another key: list the user's access keys, delete the one
        that wasn't there before, since its secret is lost and it takes one of the two places, and
        only then create another. Source: "创建永久访问密钥 - CreateAccessKeyV5"
        (support.huaweicloud.com).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return create_access_key.sync(self, user_id=user_id)

    def show_access_key_last_used(
        self, user_id: str, access_key_id: str
    ) -> ShowAccessKeyLastUsedResponse:
        """Show when an access key was last used.

        Shows when a permanent access key was last used. The vendor doesn't state the delay of
        this time, so an old time, or none, doesn't prove that nobody uses the key now. Source:
        "查询指定永久访问密钥最后使用时间 - ShowAccessKeyLastUsedV5" of 2025-12-25 (support.huaweicloud.com).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            access_key_id: The ID of the access key (AK). 1 to 40 characters.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return show_access_key_last_used.sync(self, user_id=user_id, access_key_id=access_key_id)

    def update_access_key(
        self,
        user_id: str,
        access_key_id: str,
        status: AccessKeyStatus | Literal["active", "inactive"],
    ) -> UpdateAccessKeyResponse:
        """Activate or deactivate an access key.

        Sets the status of a permanent access key. A deactivated key can be activated again, so
        deactivate a leaked key first. The vendor doesn't state how long a deactivated key still
        works. Source: "修改指定永久访问密钥 - UpdateAccessKeyV5" (support.huaweicloud.com).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            access_key_id: The ID of the access key (AK). 1 to 40 characters.
            status: The new status of the access key.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return update_access_key.sync(
            self, user_id=user_id, access_key_id=access_key_id, status=AccessKeyStatus.of(status)
        )

    def delete_access_key(self, user_id: str, access_key_id: str) -> None:
        """Delete an access key.

        Deletes a permanent access key of an IAM user. A deleted key can't be restored. Deactivate
        it first, and delete it once nothing needs it. If a retry after a lost response finds
        nothing, the key is deleted; on a first call, 404 means that the user or the key in the
        request is wrong. Source: "Deleting a Specified Permanent Access Key"
        (support.huaweicloud.com/intl/en-us).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            access_key_id: The ID of the access key (AK). 1 to 40 characters.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        delete_access_key.sync(self, user_id=user_id, access_key_id=access_key_id)

    def list_users(
        self,
        *,
        limit: int | None = None,
        group_id: str | None = None,
        access_key_id: str | None = None,
        resume: str | None = None,
    ) -> Listing[User]:
        """List the IAM users.

        Lists the IAM users of the account, page by page. With access_key_id, it shows the owner
        of that access key. Source: "查询IAM用户列表 - ListUsersV5" of 2025-12-25
        (support.huaweicloud.com).

        Args:
            limit: The number of users per page. 1 to 200. The service's default is 100.
            group_id: The ID of a user group, to list only its members. 1 to 64 characters. Must match
                `^[a-zA-Z0-9-]+$`.
            access_key_id: The ID of an access key (AK), to find its owner. The vendor's pages don't list this
                parameter. A service that doesn't know it may list all users instead, so check with
                ListAccessKeys that the user owns the key before you change the key. 1 to 40
                characters.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListUsersParameters(
            limit=limit, group_id=group_id, access_key_id=access_key_id
        )
        return Listing(self, list_users.PAGING, parameters, resume)


class AsyncClient(client.AsyncClient[Service]):
    """An async client of Huawei Cloud IAM v5.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service

    def list_access_keys(
        self, user_id: str, *, limit: int | None = None, resume: str | None = None
    ) -> AsyncListing[AccessKeyMetadata]:
        """List the permanent access keys of an IAM user.

        Lists all permanent access keys of an IAM user, page by page. Source: "Querying All
        Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            limit: The number of access keys per page. 1 to 200. The service's default is 100.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListAccessKeysParameters(user_id=user_id, limit=limit)
        return AsyncListing(self, list_access_keys.PAGING, parameters, resume)

    async def create_access_key(self, user_id: str) -> CreateAccessKeyResponse:
        """Create an access key.

        Creates a permanent access key for an IAM user. Only this response contains its secret. A
        user can have two access keys; a third is refused, with a code that the vendor doesn't
        publish. Without a response, the key may have been created all the same. The call isn't
        repeated, since each call creates another key: list the user's access keys, delete the one
        that wasn't there before, since its secret is lost and it takes one of the two places, and
        only then create another. Source: "创建永久访问密钥 - CreateAccessKeyV5"
        (support.huaweicloud.com).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await create_access_key.asyncio(self, user_id=user_id)

    async def show_access_key_last_used(
        self, user_id: str, access_key_id: str
    ) -> ShowAccessKeyLastUsedResponse:
        """Show when an access key was last used.

        Shows when a permanent access key was last used. The vendor doesn't state the delay of
        this time, so an old time, or none, doesn't prove that nobody uses the key now. Source:
        "查询指定永久访问密钥最后使用时间 - ShowAccessKeyLastUsedV5" of 2025-12-25 (support.huaweicloud.com).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            access_key_id: The ID of the access key (AK). 1 to 40 characters.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await show_access_key_last_used.asyncio(
            self, user_id=user_id, access_key_id=access_key_id
        )

    async def update_access_key(
        self,
        user_id: str,
        access_key_id: str,
        status: AccessKeyStatus | Literal["active", "inactive"],
    ) -> UpdateAccessKeyResponse:
        """Activate or deactivate an access key.

        Sets the status of a permanent access key. A deactivated key can be activated again, so
        deactivate a leaked key first. The vendor doesn't state how long a deactivated key still
        works. Source: "修改指定永久访问密钥 - UpdateAccessKeyV5" (support.huaweicloud.com).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            access_key_id: The ID of the access key (AK). 1 to 40 characters.
            status: The new status of the access key.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await update_access_key.asyncio(
            self, user_id=user_id, access_key_id=access_key_id, status=AccessKeyStatus.of(status)
        )

    async def delete_access_key(self, user_id: str, access_key_id: str) -> None:
        """Delete an access key.

        Deletes a permanent access key of an IAM user. A deleted key can't be restored. Deactivate
        it first, and delete it once nothing needs it. If a retry after a lost response finds
        nothing, the key is deleted; on a first call, 404 means that the user or the key in the
        request is wrong. Source: "Deleting a Specified Permanent Access Key"
        (support.huaweicloud.com/intl/en-us).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            access_key_id: The ID of the access key (AK). 1 to 40 characters.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        await delete_access_key.asyncio(self, user_id=user_id, access_key_id=access_key_id)

    def list_users(
        self,
        *,
        limit: int | None = None,
        group_id: str | None = None,
        access_key_id: str | None = None,
        resume: str | None = None,
    ) -> AsyncListing[User]:
        """List the IAM users.

        Lists the IAM users of the account, page by page. With access_key_id, it shows the owner
        of that access key. Source: "查询IAM用户列表 - ListUsersV5" of 2025-12-25
        (support.huaweicloud.com).

        Args:
            limit: The number of users per page. 1 to 200. The service's default is 100.
            group_id: The ID of a user group, to list only its members. 1 to 64 characters. Must match
                `^[a-zA-Z0-9-]+$`.
            access_key_id: The ID of an access key (AK), to find its owner. The vendor's pages don't list this
                parameter. A service that doesn't know it may list all users instead, so check with
                ListAccessKeys that the user owns the key before you change the key. 1 to 40
                characters.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListUsersParameters(
            limit=limit, group_id=group_id, access_key_id=access_key_id
        )
        return AsyncListing(self, list_users.PAGING, parameters, resume)

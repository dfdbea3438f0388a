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

        Lists all permanent access keys of one IAM user, page by page. Source: "Querying All
        Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            limit: The number of access keys on a page. 1 to 200. The service's default is 100.
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

        Makes a permanent access key for an IAM user. Its secret is in this response and nowhere
        else, ever. A user can have two access keys; a third is refused, with a code that the
        vendor doesn't publish. Without a response, the key may have been made all the same: the
        call isn't repeated, since each call makes another key. List the user's access keys then,
        delete the one that wasn't there before, since its secret is lost and it takes one of the
        two places, and only then create another. Source: "创建永久访问密钥 - CreateAccessKeyV5"
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

        Shows when a permanent access key was last used. The vendor doesn't say how late that time
        comes, so an old time, or none, doesn't prove that nobody uses the key now. Source:
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

        Sets the status of a permanent access key. A key that was deactivated can be activated
        again, which makes this the first thing to do with a key that leaked. The vendor doesn't
        say how long a deactivated key still works. Source: "修改指定永久访问密钥 - UpdateAccessKeyV5"
        (support.huaweicloud.com).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            access_key_id: The ID of the access key (AK). 1 to 40 characters.
            status: What the access key's status becomes.

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

        Deletes a permanent access key of an IAM user, for good: a deleted key can't be restored.
        Deactivate it first, and delete it when nothing misses it. Where no response came, a
        repeat that finds nothing counts as done; on a first call, 404 says that the user or the
        key is another. Source: "Deleting a Specified Permanent Access Key"
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

        Lists the IAM users of the account, page by page. With access_key_id, it shows whose
        access key that is. Source: "查询IAM用户列表 - ListUsersV5" of 2025-12-25
        (support.huaweicloud.com).

        Args:
            limit: The number of users on a page. 1 to 200. The service's default is 100.
            group_id: The ID of a user group, to list its members alone. 1 to 64 characters. Must match
                `^[a-zA-Z0-9-]+$`.
            access_key_id: The ID of an access key (AK), to find the user who holds it. The vendor's pages don't
                have this parameter. A service that doesn't know it may list all users instead, so
                look with ListAccessKeys whether the user who is found holds the key before you do
                anything to it. 1 to 40 characters.
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

        Lists all permanent access keys of one IAM user, page by page. Source: "Querying All
        Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            limit: The number of access keys on a page. 1 to 200. The service's default is 100.
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

        Makes a permanent access key for an IAM user. Its secret is in this response and nowhere
        else, ever. A user can have two access keys; a third is refused, with a code that the
        vendor doesn't publish. Without a response, the key may have been made all the same: the
        call isn't repeated, since each call makes another key. List the user's access keys then,
        delete the one that wasn't there before, since its secret is lost and it takes one of the
        two places, and only then create another. Source: "创建永久访问密钥 - CreateAccessKeyV5"
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

        Shows when a permanent access key was last used. The vendor doesn't say how late that time
        comes, so an old time, or none, doesn't prove that nobody uses the key now. Source:
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

        Sets the status of a permanent access key. A key that was deactivated can be activated
        again, which makes this the first thing to do with a key that leaked. The vendor doesn't
        say how long a deactivated key still works. Source: "修改指定永久访问密钥 - UpdateAccessKeyV5"
        (support.huaweicloud.com).

        Args:
            user_id: The ID of the IAM user. Must match `^[a-zA-Z0-9-]{1,64}$`.
            access_key_id: The ID of the access key (AK). 1 to 40 characters.
            status: What the access key's status becomes.

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

        Deletes a permanent access key of an IAM user, for good: a deleted key can't be restored.
        Deactivate it first, and delete it when nothing misses it. Where no response came, a
        repeat that finds nothing counts as done; on a first call, 404 says that the user or the
        key is another. Source: "Deleting a Specified Permanent Access Key"
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

        Lists the IAM users of the account, page by page. With access_key_id, it shows whose
        access key that is. Source: "查询IAM用户列表 - ListUsersV5" of 2025-12-25
        (support.huaweicloud.com).

        Args:
            limit: The number of users on a page. 1 to 200. The service's default is 100.
            group_id: The ID of a user group, to list its members alone. 1 to 64 characters. Must match
                `^[a-zA-Z0-9-]+$`.
            access_key_id: The ID of an access key (AK), to find the user who holds it. The vendor's pages don't
                have this parameter. A service that doesn't know it may list all users instead, so
                look with ListAccessKeys whether the user who is found holds the key before you do
                anything to it. 1 to 40 characters.
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

# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""Sync and async clients of Huawei Cloud IAM v3."""

from cloudkeys.runtime import client

from .api.access_keys import (
    create_permanent_access_key,
    delete_permanent_access_key,
    list_permanent_access_keys,
    show_permanent_access_key,
    update_permanent_access_key,
)
from .models import (
    CreatePermanentAccessKeyResponse,
    CredentialChange,
    ListPermanentAccessKeysResponse,
    NewCredential,
    ShowPermanentAccessKeyResponse,
    UpdatePermanentAccessKeyResponse,
)
from .service import Service


class Client(client.SyncClient[Service]):
    """A client of Huawei Cloud IAM v3.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service

    def show_permanent_access_key(self, access_key: str) -> ShowPermanentAccessKeyResponse:
        """Show a permanent access key.

        Shows one permanent access key, with the time of its last use. Source: "Querying a
        Permanent Access Key" of 2022-08-16 (my-kualalumpur-1).

        Args:
            access_key: The ID of the access key (AK).

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return show_permanent_access_key.sync(self, access_key=access_key)

    def update_permanent_access_key(
        self, access_key: str, credential: CredentialChange
    ) -> UpdatePermanentAccessKeyResponse:
        """Change the status or the description of an access key.

        Sets the status or the description of a permanent access key, or both. At least one of
        them is required; the client doesn't check this. The ID of the access key is enough: an
        administrator (Security Administrator) can deactivate a leaked key without knowing its
        user. A deactivated key can be activated again. The vendor doesn't state how long a
        deactivated key still works. Source: "修改指定永久访问密钥" (github.com/huaweicloudDocs/iam).

        Args:
            access_key: The ID of the access key (AK).
            credential: The fields to change, at least one of the two.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return update_permanent_access_key.sync(self, access_key=access_key, credential=credential)

    def delete_permanent_access_key(self, access_key: str) -> None:
        """Delete a permanent access key.

        Deletes a permanent access key. A deleted key can't be restored. The vendor advises
        checking first whether the key was unused for more than a week (ShowPermanentAccessKey
        shows its last use); until then, deactivate it with UpdatePermanentAccessKey. If a retry
        after a lost response finds nothing, the key is deleted; on a first call, 404 means that
        the ID is wrong. Source: "删除指定永久访问密钥" (github.com/huaweicloudDocs/iam).

        Args:
            access_key: The ID of the access key (AK).

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        delete_permanent_access_key.sync(self, access_key=access_key)

    def list_permanent_access_keys(
        self, *, user_id: str | None = None
    ) -> ListPermanentAccessKeysResponse:
        """List permanent access keys.

        Lists the permanent access keys of an IAM user in one response. Without user_id, it lists
        the caller's own keys, so a lost user_id lists another user's keys. It doesn't show their
        last use; ShowPermanentAccessKey does. Source: "查询所有永久访问密钥"
        (github.com/huaweicloudDocs/iam).

        Args:
            user_id: The ID of the IAM user. Without it, the operation lists the caller's own access keys.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return list_permanent_access_keys.sync(self, user_id=user_id)

    def create_permanent_access_key(
        self, credential: NewCredential
    ) -> CreatePermanentAccessKeyResponse:
        """Create a permanent access key.

        Creates a permanent access key for an IAM user. Only this response contains its secret. A
        user can have two access keys; a third is refused with status 400 and the message
        akSkNumExceed. Without a response, the key may have been created all the same. The call
        isn't repeated, since each call creates another key: list the user's access keys, delete
        the one that wasn't there before, since its secret is lost and it takes one of the two
        places, and only then create another. Source: "创建永久访问密钥" (github.com/huaweicloudDocs/iam).

        Args:
            credential: The access key to create.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return create_permanent_access_key.sync(self, credential=credential)


class AsyncClient(client.AsyncClient[Service]):
    """An async client of Huawei Cloud IAM v3.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service

    async def show_permanent_access_key(self, access_key: str) -> ShowPermanentAccessKeyResponse:
        """Show a permanent access key.

        Shows one permanent access key, with the time of its last use. Source: "Querying a
        Permanent Access Key" of 2022-08-16 (my-kualalumpur-1).

        Args:
            access_key: The ID of the access key (AK).

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await show_permanent_access_key.asyncio(self, access_key=access_key)

    async def update_permanent_access_key(
        self, access_key: str, credential: CredentialChange
    ) -> UpdatePermanentAccessKeyResponse:
        """Change the status or the description of an access key.

        Sets the status or the description of a permanent access key, or both. At least one of
        them is required; the client doesn't check this. The ID of the access key is enough: an
        administrator (Security Administrator) can deactivate a leaked key without knowing its
        user. A deactivated key can be activated again. The vendor doesn't state how long a
        deactivated key still works. Source: "修改指定永久访问密钥" (github.com/huaweicloudDocs/iam).

        Args:
            access_key: The ID of the access key (AK).
            credential: The fields to change, at least one of the two.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await update_permanent_access_key.asyncio(
            self, access_key=access_key, credential=credential
        )

    async def delete_permanent_access_key(self, access_key: str) -> None:
        """Delete a permanent access key.

        Deletes a permanent access key. A deleted key can't be restored. The vendor advises
        checking first whether the key was unused for more than a week (ShowPermanentAccessKey
        shows its last use); until then, deactivate it with UpdatePermanentAccessKey. If a retry
        after a lost response finds nothing, the key is deleted; on a first call, 404 means that
        the ID is wrong. Source: "删除指定永久访问密钥" (github.com/huaweicloudDocs/iam).

        Args:
            access_key: The ID of the access key (AK).

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        await delete_permanent_access_key.asyncio(self, access_key=access_key)

    async def list_permanent_access_keys(
        self, *, user_id: str | None = None
    ) -> ListPermanentAccessKeysResponse:
        """List permanent access keys.

        Lists the permanent access keys of an IAM user in one response. Without user_id, it lists
        the caller's own keys, so a lost user_id lists another user's keys. It doesn't show their
        last use; ShowPermanentAccessKey does. Source: "查询所有永久访问密钥"
        (github.com/huaweicloudDocs/iam).

        Args:
            user_id: The ID of the IAM user. Without it, the operation lists the caller's own access keys.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await list_permanent_access_keys.asyncio(self, user_id=user_id)

    async def create_permanent_access_key(
        self, credential: NewCredential
    ) -> CreatePermanentAccessKeyResponse:
        """Create a permanent access key.

        Creates a permanent access key for an IAM user. Only this response contains its secret. A
        user can have two access keys; a third is refused with status 400 and the message
        akSkNumExceed. Without a response, the key may have been created all the same. The call
        isn't repeated, since each call creates another key: list the user's access keys, delete
        the one that wasn't there before, since its secret is lost and it takes one of the two
        places, and only then create another. Source: "创建永久访问密钥" (github.com/huaweicloudDocs/iam).

        Args:
            credential: The access key to create.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await create_permanent_access_key.asyncio(self, credential=credential)

# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""The client of Huawei Cloud IAM v3, and its async twin."""

from cloudkeys.runtime import client

from .api.access_keys import show_permanent_access_key
from .models import ShowPermanentAccessKeyResponse
from .service import Service


class Client(client.SyncClient[Service]):
    """A client of Huawei Cloud IAM v3.

    The other attributes are those of `cloudkeys.runtime.client.ApiClient`.
    """

    service = Service

    def show_permanent_access_key(self, access_key: str) -> ShowPermanentAccessKeyResponse:
        """Show a permanent access key.

        Shows one permanent access key, with the time of its last use. The vendor's page:
        "Querying a Permanent Access Key" of 2022-08-16 (my-kualalumpur-1).

        Args:
            access_key: The ID of the access key (AK).

        Returns:
            The result.

        Raises:
            CloudkeysError: There is no result; `cloudkeys.errors` has the tree.
        """
        return show_permanent_access_key.sync(self, access_key=access_key)


class AsyncClient(client.AsyncClient[Service]):
    """An async client of Huawei Cloud IAM v3.

    The other attributes are those of `cloudkeys.runtime.client.ApiClient`.
    """

    service = Service

    async def show_permanent_access_key(self, access_key: str) -> ShowPermanentAccessKeyResponse:
        """Show a permanent access key.

        Shows one permanent access key, with the time of its last use. The vendor's page:
        "Querying a Permanent Access Key" of 2022-08-16 (my-kualalumpur-1).

        Args:
            access_key: The ID of the access key (AK).

        Returns:
            The result.

        Raises:
            CloudkeysError: There is no result; `cloudkeys.errors` has the tree.
        """
        return await show_permanent_access_key.asyncio(self, access_key=access_key)

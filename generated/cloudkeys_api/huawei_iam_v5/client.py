# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""The client of Huawei Cloud IAM v5, and its async twin."""

from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime import client

from .api.access_keys import list_access_keys
from .models import AccessKeyMetadata, ListAccessKeysParameters
from .service import Service


class Client(client.SyncClient[Service]):
    """A client of Huawei Cloud IAM v5.

    The other attributes are those of `cloudkeys.runtime.client.ApiClient`.
    """

    service = Service

    def list_access_keys(
        self, user_id: str, *, limit: int | None = None, resume: str | None = None
    ) -> Listing[AccessKeyMetadata]:
        """List the permanent access keys of an IAM user.

        Lists all permanent access keys of one IAM user, page by page. The vendor's page:
        "Querying All Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

        Args:
            user_id: The ID of the IAM user. It matches `^[a-zA-Z0-9-]{1,64}$`.
            limit: The number of access keys on a page. 1 to 200. The service takes 100 where it is not
                given.
            resume: The `position` of an earlier listing with the same arguments, to go on from there.

        Returns:
            The listing; nothing is sent before it is looped over.

        Raises:
            ParameterError: A value is not what the vendor's page allows, or the position is of another listing.
        """
        parameters = ListAccessKeysParameters(user_id=user_id, limit=limit)
        return Listing(self, list_access_keys.PAGING, parameters, resume)


class AsyncClient(client.AsyncClient[Service]):
    """An async client of Huawei Cloud IAM v5.

    The other attributes are those of `cloudkeys.runtime.client.ApiClient`.
    """

    service = Service

    def list_access_keys(
        self, user_id: str, *, limit: int | None = None, resume: str | None = None
    ) -> AsyncListing[AccessKeyMetadata]:
        """List the permanent access keys of an IAM user.

        Lists all permanent access keys of one IAM user, page by page. The vendor's page:
        "Querying All Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

        Args:
            user_id: The ID of the IAM user. It matches `^[a-zA-Z0-9-]{1,64}$`.
            limit: The number of access keys on a page. 1 to 200. The service takes 100 where it is not
                given.
            resume: The `position` of an earlier listing with the same arguments, to go on from there.

        Returns:
            The listing; nothing is sent before it is looped over.

        Raises:
            ParameterError: A value is not what the vendor's page allows, or the position is of another listing.
        """
        parameters = ListAccessKeysParameters(user_id=user_id, limit=limit)
        return AsyncListing(self, list_access_keys.PAGING, parameters, resume)

# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""The client of Huawei Cloud CSMS, and its async twin."""

import attrs
from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime import client

from .api.secrets import list_secrets
from .models import ListSecretsParameters, Secret
from .service import Service


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Client(client.SyncClient[Service]):
    """A client of Huawei Cloud CSMS.

    Attributes:
        project_id: The ID of the project.

    The other attributes are those of `cloudkeys.runtime.client.ApiClient`.
    """

    service = Service
    project_id: str

    def list_secrets(
        self, *, limit: int = 50, event_name: str | None = None, resume: str | None = None
    ) -> Listing[Secret]:
        """List the secrets of a project.

        Lists all secrets that the caller made in a project, page by page. The answer holds no
        secret value. The vendor's page: "查询凭据列表" of 2024-07-11 (support.huaweicloud.com/intl/zh-
        cn).

        Args:
            limit: The number of secrets on a page, 1 to 1,000. A page with fewer counts as the last, so
                a number above the default is only for a service that is known to return that many.
            event_name: Only the secrets that are bound to the event of this name.
            resume: The `position` of an earlier listing with the same arguments, to go on from there.

        Returns:
            The listing; nothing is sent before it is looped over.

        Raises:
            ParameterError: A value is not what the vendor's page allows, or the position is of another listing.
        """
        parameters = ListSecretsParameters(
            project_id=self.project_id, limit=str(limit), event_name=event_name
        )
        return Listing(self, list_secrets.PAGING, parameters, resume)


@attrs.frozen(kw_only=True, eq=False, slots=False)
class AsyncClient(client.AsyncClient[Service]):
    """An async client of Huawei Cloud CSMS.

    Attributes:
        project_id: The ID of the project.

    The other attributes are those of `cloudkeys.runtime.client.ApiClient`.
    """

    service = Service
    project_id: str

    def list_secrets(
        self, *, limit: int = 50, event_name: str | None = None, resume: str | None = None
    ) -> AsyncListing[Secret]:
        """List the secrets of a project.

        Lists all secrets that the caller made in a project, page by page. The answer holds no
        secret value. The vendor's page: "查询凭据列表" of 2024-07-11 (support.huaweicloud.com/intl/zh-
        cn).

        Args:
            limit: The number of secrets on a page, 1 to 1,000. A page with fewer counts as the last, so
                a number above the default is only for a service that is known to return that many.
            event_name: Only the secrets that are bound to the event of this name.
            resume: The `position` of an earlier listing with the same arguments, to go on from there.

        Returns:
            The listing; nothing is sent before it is looped over.

        Raises:
            ParameterError: A value is not what the vendor's page allows, or the position is of another listing.
        """
        parameters = ListSecretsParameters(
            project_id=self.project_id, limit=str(limit), event_name=event_name
        )
        return AsyncListing(self, list_secrets.PAGING, parameters, resume)

# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""Sync and async clients of Huawei Cloud CSMS."""

import attrs
from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime import client
from cloudkeys.runtime.types import SecretStr

from .api.secrets import list_secrets, show_secret
from .api.stages import show_secret_stage, update_secret_stage
from .api.versions import create_secret_version, list_secret_versions, show_secret_version
from .models import (
    CreateSecretVersionResponse,
    ListSecretsParameters,
    ListSecretVersionsParameters,
    Secret,
    ShowSecretResponse,
    ShowSecretStageResponse,
    ShowSecretVersionResponse,
    UpdateSecretStageResponse,
    VersionMetadata,
)
from .service import Service


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Client(client.SyncClient[Service]):
    """A client of Huawei Cloud CSMS.

    Attributes:
        project_id: The ID of the project.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service
    project_id: str

    def list_secrets(
        self, *, limit: int = 50, event_name: str | None = None, resume: str | None = None
    ) -> Listing[Secret]:
        """List the secrets of a project.

        Lists all secrets that the caller created in a project, page by page. The response
        contains no secret values. Source: "查询凭据列表" of 2024-07-11
        (support.huaweicloud.com/intl/zh-cn).

        Args:
            limit: The number of secrets per page, 1 to 1,000. A page with fewer counts as the last one,
                so exceed the default only if the service is known to return that many.
            event_name: The name of an event, to list only the secrets that are bound to it.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListSecretsParameters(
            project_id=self.project_id, limit=str(limit), event_name=event_name
        )
        return Listing(self, list_secrets.PAGING, parameters, resume)

    def show_secret(self, secret_name: str) -> ShowSecretResponse:
        """Show a secret.

        Shows what the service knows about a secret: its state, key, type and rotation. The
        response contains no secret value; ShowSecretVersion returns it, but only for a secret
        that is ENABLED. Source: "查询凭据" (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return show_secret.sync(self, project_id=self.project_id, secret_name=secret_name)

    def list_secret_versions(
        self, secret_name: str, *, limit: int = 50, resume: str | None = None
    ) -> Listing[VersionMetadata]:
        """List the versions of a secret.

        Lists the versions of a secret, page by page, with their stages and without their values.
        A secret has at most 20 versions, so one page of the default size lists them all. If the
        response of CreateSecretVersion was lost, the list shows whether it created a version. A
        version without a stage is deprecated, and the service may delete it. Source: "查询凭据的版本列表"
        (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            limit: The number of versions per page. A page with fewer counts as the last one. It is a
                number here, but a string in ListSecrets. 1 to 1000. The service's default is 50.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListSecretVersionsParameters(
            project_id=self.project_id, secret_name=secret_name, limit=limit
        )
        return Listing(self, list_secret_versions.PAGING, parameters, resume)

    def create_secret_version(
        self,
        secret_name: str,
        *,
        secret_binary: SecretStr | str | None = None,
        secret_string: SecretStr | str | None = None,
        version_stages: list[str] | None = None,
        expire_time: int | None = None,
    ) -> CreateSecretVersionResponse:
        """Store a new value of a secret.

        Stores a new value of a secret as its newest version; versions are numbered v1, v2, v3 and
        so on. Without version_stages, the new version takes the stage SYSCURRENT, and the version
        that had it takes SYSPREVIOUS: this one call is the whole rotation. To roll back, give
        SYSCURRENT to the old version with UpdateSecretStage. The version that had SYSPREVIOUS may
        be left without a stage. It is then deprecated, and the service may delete it, so give a
        version that must stay a stage of your own. Only a secret that is ENABLED takes new
        versions, and it has at most 20. Each call creates a version and moves SYSCURRENT, so a
        call that may have taken effect is never repeated: if the response was lost, list the
        versions. The response doesn't contain the value. The caller also needs the permission
        kms:cmk:createDataKey. Source: "创建凭据版本" (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            secret_binary: The value if it is binary, as Base64 of at most 32,768 characters. The vendor's
                console doesn't show it.
            secret_string: The value if it is a string, at most 32 KiB.
            version_stages: The stages that the new version takes, 1 to 12 of 1 to 64 characters each. Without
                them, it takes SYSCURRENT, and the version that had it takes SYSPREVIOUS. With them,
                only the named stages are sure to move.
            expire_time: When the version expires, a Unix time in milliseconds. Its only effect is the event
                of an expired version, if the secret is bound to that event.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        secret_binary = SecretStr.of(secret_binary)
        secret_string = SecretStr.of(secret_string)
        return create_secret_version.sync(
            self,
            project_id=self.project_id,
            secret_name=secret_name,
            secret_binary=secret_binary,
            secret_string=secret_string,
            version_stages=version_stages,
            expire_time=expire_time,
        )

    def show_secret_version(self, secret_name: str, version_id: str) -> ShowSecretVersionResponse:
        """Show a version of a secret, with its value.

        Returns a version of a secret with its value in plain text, in secret_string or
        secret_binary. Only a secret that is ENABLED can be read. No call reads by stage. `latest`
        is the newest version, which after a rollback isn't the one with SYSCURRENT: for the value
        in use, call ShowSecretStage with SYSCURRENT, and then request the version that it names.
        Never print or log the value; the raw body contains it too. The caller also needs the
        permission kms:cmk:decryptDataKey. Source: "查询凭据的版本与凭据值" (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            version_id: The ID of the version, such as `v3`, or `latest` for the newest one.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return show_secret_version.sync(
            self, project_id=self.project_id, secret_name=secret_name, version_id=version_id
        )

    def show_secret_stage(self, secret_name: str, stage_name: str) -> ShowSecretStageResponse:
        """Show which version has a stage.

        Shows which version of a secret has a stage, such as SYSCURRENT for the value in use or
        SYSPREVIOUS for the one before it. Source: "查询凭据的版本状态" (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            stage_name: The name of the stage, such as SYSCURRENT.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return show_secret_stage.sync(
            self, project_id=self.project_id, secret_name=secret_name, stage_name=stage_name
        )

    def update_secret_stage(
        self, secret_name: str, stage_name: str, version_id: str
    ) -> UpdateSecretStageResponse:
        """Assign a stage to a version of a secret.

        Assigns a stage to a version of a secret, and removes it from the version that had it. To
        roll back a rotation, assign SYSCURRENT to an older version. A version that loses its last
        stage is deprecated, and the service may delete it, so first check the other stages of a
        version that must stay. The vendor doesn't document whether SYSPREVIOUS moves with
        SYSCURRENT in this call. A secret has at most 12 stages; SYSCURRENT and SYSPREVIOUS are
        built in. The call sets a state, so it may be repeated. Source: "更新凭据的版本状态"
        (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            stage_name: The name of the stage, such as SYSCURRENT. Must match `^[a-zA-Z0-9_-]{1,64}$`.
            version_id: The ID of the version, such as `v3`.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return update_secret_stage.sync(
            self,
            project_id=self.project_id,
            secret_name=secret_name,
            stage_name=stage_name,
            version_id=version_id,
        )


@attrs.frozen(kw_only=True, eq=False, slots=False)
class AsyncClient(client.AsyncClient[Service]):
    """An async client of Huawei Cloud CSMS.

    Attributes:
        project_id: The ID of the project.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service
    project_id: str

    def list_secrets(
        self, *, limit: int = 50, event_name: str | None = None, resume: str | None = None
    ) -> AsyncListing[Secret]:
        """List the secrets of a project.

        Lists all secrets that the caller created in a project, page by page. The response
        contains no secret values. Source: "查询凭据列表" of 2024-07-11
        (support.huaweicloud.com/intl/zh-cn).

        Args:
            limit: The number of secrets per page, 1 to 1,000. A page with fewer counts as the last one,
                so exceed the default only if the service is known to return that many.
            event_name: The name of an event, to list only the secrets that are bound to it.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListSecretsParameters(
            project_id=self.project_id, limit=str(limit), event_name=event_name
        )
        return AsyncListing(self, list_secrets.PAGING, parameters, resume)

    async def show_secret(self, secret_name: str) -> ShowSecretResponse:
        """Show a secret.

        Shows what the service knows about a secret: its state, key, type and rotation. The
        response contains no secret value; ShowSecretVersion returns it, but only for a secret
        that is ENABLED. Source: "查询凭据" (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await show_secret.asyncio(self, project_id=self.project_id, secret_name=secret_name)

    def list_secret_versions(
        self, secret_name: str, *, limit: int = 50, resume: str | None = None
    ) -> AsyncListing[VersionMetadata]:
        """List the versions of a secret.

        Lists the versions of a secret, page by page, with their stages and without their values.
        A secret has at most 20 versions, so one page of the default size lists them all. If the
        response of CreateSecretVersion was lost, the list shows whether it created a version. A
        version without a stage is deprecated, and the service may delete it. Source: "查询凭据的版本列表"
        (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            limit: The number of versions per page. A page with fewer counts as the last one. It is a
                number here, but a string in ListSecrets. 1 to 1000. The service's default is 50.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = ListSecretVersionsParameters(
            project_id=self.project_id, secret_name=secret_name, limit=limit
        )
        return AsyncListing(self, list_secret_versions.PAGING, parameters, resume)

    async def create_secret_version(
        self,
        secret_name: str,
        *,
        secret_binary: SecretStr | str | None = None,
        secret_string: SecretStr | str | None = None,
        version_stages: list[str] | None = None,
        expire_time: int | None = None,
    ) -> CreateSecretVersionResponse:
        """Store a new value of a secret.

        Stores a new value of a secret as its newest version; versions are numbered v1, v2, v3 and
        so on. Without version_stages, the new version takes the stage SYSCURRENT, and the version
        that had it takes SYSPREVIOUS: this one call is the whole rotation. To roll back, give
        SYSCURRENT to the old version with UpdateSecretStage. The version that had SYSPREVIOUS may
        be left without a stage. It is then deprecated, and the service may delete it, so give a
        version that must stay a stage of your own. Only a secret that is ENABLED takes new
        versions, and it has at most 20. Each call creates a version and moves SYSCURRENT, so a
        call that may have taken effect is never repeated: if the response was lost, list the
        versions. The response doesn't contain the value. The caller also needs the permission
        kms:cmk:createDataKey. Source: "创建凭据版本" (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            secret_binary: The value if it is binary, as Base64 of at most 32,768 characters. The vendor's
                console doesn't show it.
            secret_string: The value if it is a string, at most 32 KiB.
            version_stages: The stages that the new version takes, 1 to 12 of 1 to 64 characters each. Without
                them, it takes SYSCURRENT, and the version that had it takes SYSPREVIOUS. With them,
                only the named stages are sure to move.
            expire_time: When the version expires, a Unix time in milliseconds. Its only effect is the event
                of an expired version, if the secret is bound to that event.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        secret_binary = SecretStr.of(secret_binary)
        secret_string = SecretStr.of(secret_string)
        return await create_secret_version.asyncio(
            self,
            project_id=self.project_id,
            secret_name=secret_name,
            secret_binary=secret_binary,
            secret_string=secret_string,
            version_stages=version_stages,
            expire_time=expire_time,
        )

    async def show_secret_version(
        self, secret_name: str, version_id: str
    ) -> ShowSecretVersionResponse:
        """Show a version of a secret, with its value.

        Returns a version of a secret with its value in plain text, in secret_string or
        secret_binary. Only a secret that is ENABLED can be read. No call reads by stage. `latest`
        is the newest version, which after a rollback isn't the one with SYSCURRENT: for the value
        in use, call ShowSecretStage with SYSCURRENT, and then request the version that it names.
        Never print or log the value; the raw body contains it too. The caller also needs the
        permission kms:cmk:decryptDataKey. Source: "查询凭据的版本与凭据值" (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            version_id: The ID of the version, such as `v3`, or `latest` for the newest one.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await show_secret_version.asyncio(
            self, project_id=self.project_id, secret_name=secret_name, version_id=version_id
        )

    async def show_secret_stage(self, secret_name: str, stage_name: str) -> ShowSecretStageResponse:
        """Show which version has a stage.

        Shows which version of a secret has a stage, such as SYSCURRENT for the value in use or
        SYSPREVIOUS for the one before it. Source: "查询凭据的版本状态" (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            stage_name: The name of the stage, such as SYSCURRENT.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await show_secret_stage.asyncio(
            self, project_id=self.project_id, secret_name=secret_name, stage_name=stage_name
        )

    async def update_secret_stage(
        self, secret_name: str, stage_name: str, version_id: str
    ) -> UpdateSecretStageResponse:
        """Assign a stage to a version of a secret.

        Assigns a stage to a version of a secret, and removes it from the version that had it. To
        roll back a rotation, assign SYSCURRENT to an older version. A version that loses its last
        stage is deprecated, and the service may delete it, so first check the other stages of a
        version that must stay. The vendor doesn't document whether SYSPREVIOUS moves with
        SYSCURRENT in this call. A secret has at most 12 stages; SYSCURRENT and SYSPREVIOUS are
        built in. The call sets a state, so it may be repeated. Source: "更新凭据的版本状态"
        (github.com/huaweicloudDocs/dew).

        Args:
            secret_name: The name of the secret.
            stage_name: The name of the stage, such as SYSCURRENT. Must match `^[a-zA-Z0-9_-]{1,64}$`.
            version_id: The ID of the version, such as `v3`.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await update_secret_stage.asyncio(
            self,
            project_id=self.project_id,
            secret_name=secret_name,
            stage_name=stage_name,
            version_id=version_id,
        )

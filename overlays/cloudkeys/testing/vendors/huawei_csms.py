"""The fake of Cloud Secret Management Service: secrets, their versions and their stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET, UnsetType

from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors import secret_versions
from cloudkeys.testing.vendors.paging import index_after
from cloudkeys.testing.vendors.service import FakeService
from cloudkeys_api.huawei_csms.api.secrets import list_secrets, show_secret
from cloudkeys_api.huawei_csms.api.stages import show_secret_stage, update_secret_stage
from cloudkeys_api.huawei_csms.api.versions import create_secret_version, list_secret_versions, show_secret_version
from cloudkeys_api.huawei_csms.models import (
    CreateSecretVersionResponse,
    ListSecretsResponse,
    ListSecretVersionsResponse,
    PageInfo,
    ShowSecretResponse,
    ShowSecretStageResponse,
    ShowSecretVersionResponse,
    UpdateSecretStageResponse,
)

if TYPE_CHECKING:
    from cloudkeys.testing.state import CloudState, LastMarker
    from cloudkeys_api.huawei_csms.models import (
        CreateSecretVersionParameters,
        ListSecretsParameters,
        ListSecretVersionsParameters,
        Secret,
        ShowSecretParameters,
        ShowSecretStageParameters,
        ShowSecretVersionParameters,
        UpdateSecretStageParameters,
    )

_LAST_MARKERS: Final[dict[LastMarker, str | UnsetType | None]] = {"absent": UNSET, "null": None, "empty": ""}
_DEFAULT_LIMIT: Final = 50


def _list_secrets(cloud: CloudState, asked: ListSecretsParameters, _request_id: str) -> ListSecretsResponse:
    """List secrets: the marker is the name of the last secret of the page before."""
    known = cloud.secrets.get(asked.project_id, [])
    begin = index_after((str(secret.name) for secret in known), asked.marker or None, refusals.CSMS.wrong_marker)
    found = [secret for secret in known[begin:] if _has_event(secret, asked.event_name)]
    limit = int(asked.limit or _DEFAULT_LIMIT)
    page = found[:limit]
    info = _page_info(cloud, [str(secret.name) for secret in page], is_last=len(found) <= limit)
    return ListSecretsResponse(secrets=page, page_info=info)


def _has_event(secret: Secret, event_name: str | UnsetType | None) -> bool:
    return not event_name or event_name in (secret.event_subscriptions or ())


def _page_info(cloud: CloudState, markers: list[str], *, is_last: bool) -> PageInfo:
    last = markers[-1] if markers else UNSET
    return PageInfo(
        next_marker=last if not is_last else _LAST_MARKERS.get(cloud.csms_last_marker, last),
        previous_marker=markers[0] if markers else UNSET,
        current_count=len(markers),
    )


def _show_secret(cloud: CloudState, asked: ShowSecretParameters, _request_id: str) -> ShowSecretResponse:
    return ShowSecretResponse(secret=secret_versions.find_secret(cloud, asked.project_id, asked.secret_name))


def _list_versions(
    cloud: CloudState, asked: ListSecretVersionsParameters, _request_id: str
) -> ListSecretVersionsResponse:
    """List versions, oldest first: the marker is the ID of the last version of the page before."""
    history = secret_versions.history(cloud, asked.project_id, asked.secret_name)
    found = [secret_versions.metadata(history, version) for version in history.versions]
    begin = index_after((str(each.id) for each in found), asked.marker or None, refusals.CSMS.wrong_marker)
    end = begin + (asked.limit or _DEFAULT_LIMIT)
    info = _page_info(cloud, [str(each.id) for each in found[begin:end]], is_last=end >= len(found))
    return ListSecretVersionsResponse(version_metadatas=found[begin:end], page_info=info)


def _show_version(cloud: CloudState, asked: ShowSecretVersionParameters, _request_id: str) -> ShowSecretVersionResponse:
    """Show a version with its value; `latest` is the newest one, even without a stage."""
    secret_versions.check_enabled(cloud, asked.project_id, asked.secret_name)
    history = secret_versions.history(cloud, asked.project_id, asked.secret_name)
    return ShowSecretVersionResponse(version=secret_versions.find_version(history, asked.version_id))


def _create_version(
    cloud: CloudState, asked: CreateSecretVersionParameters, _request_id: str
) -> CreateSecretVersionResponse:
    secret_versions.check_enabled(cloud, asked.project_id, asked.secret_name)
    return CreateSecretVersionResponse(version_metadata=secret_versions.add_version(cloud, asked))


def _show_stage(cloud: CloudState, asked: ShowSecretStageParameters, _request_id: str) -> ShowSecretStageResponse:
    history = secret_versions.history(cloud, asked.project_id, asked.secret_name)
    if asked.stage_name not in history.stages:
        raise RefusedError(refusals.CSMS.not_found)
    return ShowSecretStageResponse(stage=history.stages[asked.stage_name])


def _update_stage(cloud: CloudState, asked: UpdateSecretStageParameters, _request_id: str) -> UpdateSecretStageResponse:
    """Let a stage, new or existing, refer to a version."""
    history = secret_versions.history(cloud, asked.project_id, asked.secret_name)
    version = secret_versions.find_version(history, asked.version_id)
    secret_versions.set_stages(cloud, asked.secret_name, history, [asked.stage_name], version)
    return UpdateSecretStageResponse(stage=history.stages[asked.stage_name])


SERVICE: Final = FakeService(
    {
        list_secrets.OPERATION: _list_secrets,
        show_secret.OPERATION: _show_secret,
        list_secret_versions.OPERATION: _list_versions,
        show_secret_version.OPERATION: _show_version,
        create_secret_version.OPERATION: _create_version,
        show_secret_stage.OPERATION: _show_stage,
        update_secret_stage.OPERATION: _update_stage,
    },
    refusals.CSMS,
    "project",
)

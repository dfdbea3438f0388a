"""Cloud Secret Management Service over the fake cloud's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET, UnsetType

from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors.service import FakeService
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from cloudkeys_api.huawei_csms.models import ListSecretsResponse, PageInfo

if TYPE_CHECKING:
    from cloudkeys.testing.state import CloudState, LastMarker
    from cloudkeys_api.huawei_csms.models import ListSecretsParameters, Secret

_LAST_MARKERS: Final[dict[LastMarker, str | UnsetType | None]] = {"absent": UNSET, "null": None, "empty": ""}
_DEFAULT_LIMIT: Final = "50"


def _list_secrets(cloud: CloudState, asked: ListSecretsParameters, _request_id: str) -> ListSecretsResponse:
    """Answer ListSecrets: the marker is the name of the last secret of the page before."""
    known = cloud.secrets.get(asked.project_id, [])
    begin = 0
    if asked.marker:
        begin = next((number for number, secret in enumerate(known, 1) if secret.name == asked.marker), 0)
        if begin == 0:
            raise RefusedError(refusals.CSMS.wrong_marker)
    found = [secret for secret in known[begin:] if _has_event(secret, asked.event_name)]
    limit = int(asked.limit or _DEFAULT_LIMIT)
    page = found[:limit]
    info = PageInfo(
        next_marker=_next_marker(cloud, page, is_last=len(found) <= limit),
        previous_marker=page[0].name if page else UNSET,
        current_count=len(page),
    )
    return ListSecretsResponse(secrets=page, page_info=info)


def _next_marker(cloud: CloudState, page: list[Secret], *, is_last: bool) -> str | UnsetType | None:
    if not is_last or cloud.csms_last_marker == "name":
        return page[-1].name if page else UNSET
    return _LAST_MARKERS[cloud.csms_last_marker]


def _has_event(secret: Secret, event_name: str | UnsetType | None) -> bool:
    return not event_name or event_name in (secret.event_subscriptions or ())


SERVICE: Final = FakeService({list_secrets.OPERATION: _list_secrets}, refusals.CSMS, "project")

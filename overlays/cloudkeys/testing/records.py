"""Records of a fake cloud for which no single model exists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import attrs
import msgspec

if TYPE_CHECKING:
    from cloudkeys_api.huawei_csms.models import Stage, Version

_BEGIN: Final = datetime(2024, 1, 1, tzinfo=UTC)


class RamAccessKey(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """An access key of a RAM user.

    Attributes:
        user_principal_name: The user's name, such as `ada@example.onaliyun.com`.
        access_key_id: The AccessKey ID.
        status: `Active` or `Inactive`.
        create_date: The time of its creation.
        update_date: The time of the last change of its status.
        last_used_date: The time of its last use, such as `2024-01-01T00:00:00Z`; empty for never.
        service_name: The service of its last use; empty for none.
    """

    user_principal_name: str
    access_key_id: str
    status: str = "Active"
    create_date: datetime = _BEGIN
    update_date: datetime = _BEGIN
    last_used_date: str = ""
    service_name: str = ""


@attrs.define
class SecretHistory:
    """The versions of a secret, and their stages.

    Attributes:
        versions: The versions, oldest first, with their values.
        stages: The stages, by their names; each marks one version.
        made: The number of versions ever created, including deleted ones.
    """

    versions: list[Version] = attrs.field(repr=False)
    stages: dict[str, Stage]
    made: int = 1

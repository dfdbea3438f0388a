"""Example items for a fake cloud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from cloudkeys.testing.records import RamAccessKey
from cloudkeys.testing.state import DOMAIN_ID
from cloudkeys_api.alibaba_ims.models import RamUser
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak, LeakDealType, LeakStatus, LeakType, LeakUserType
from cloudkeys_api.huawei_csms.models import Secret, SecretState, SecretType
from cloudkeys_api.huawei_iam_v3.models import AccessKeyStatus, Credential
from cloudkeys_api.huawei_iam_v5.models import User

_BEGIN: Final = datetime(2024, 1, 1, tzinfo=UTC)


def example_leak(number: int = 1, **changes: Any) -> AccessKeyLeak:  # noqa: ANN401 - as many types as there are fields
    """Return a pending leak.

    Args:
        number: Its ID. The leak of each number was found a minute after the one before.
        **changes: Other values of fields.
    """
    leak = AccessKeyLeak(
        id=number,
        accesskey_id=f"LTAIexample{number:09}",
        ali_user_name="example-account",
        asset="Cloud platform",
        deal_type=LeakDealType.PENDING,
        gmt_modified=_milliseconds(number),
        status=LeakStatus.PENDING,
        type=LeakType.ACCESS_KEY,
        url=f"https://code.example/repository/{number}",
        user_type=LeakUserType.RAM,
    )
    return msgspec.structs.replace(leak, **changes)


def example_access_key(number: int = 1, **changes: Any) -> Credential:  # noqa: ANN401 - as many types as fields
    """Return an access key of the IAM user `example-user` that was last used an hour after its creation.

    Args:
        number: Each number gives another access key.
        **changes: Other values of fields.
    """
    made = _BEGIN + timedelta(minutes=number)
    key = Credential(
        user_id="example-user",
        access=f"EXAMPLE{number:09}",
        status=AccessKeyStatus.ACTIVE,
        create_time=made,
        last_use_time=made + timedelta(hours=1),
        description="",
    )
    return msgspec.structs.replace(key, **changes)


def example_user(number: int = 1, **changes: Any) -> User:  # noqa: ANN401 - as many types as there are fields
    """Return an enabled IAM user of Huawei Cloud.

    Args:
        number: Each number gives another user.
        **changes: Other values of fields.
    """
    user = User(
        user_id=f"example-user-{number}",
        user_name=f"example-user-{number}",
        is_root_user=False,
        created_at=_BEGIN,
        urn=f"iam::{DOMAIN_ID}:user:example-user-{number}",
        enabled=True,
        description="",
    )
    return msgspec.structs.replace(user, **changes)


def example_ram_user(number: int = 1, **changes: Any) -> RamUser:  # noqa: ANN401 - as many types as there are fields
    """Return a RAM user of Alibaba Cloud.

    Args:
        number: Each number gives another user.
        **changes: Other values of fields.
    """
    user = RamUser(
        user_id=f"2{number:017}",
        user_principal_name=f"user-{number}@example.onaliyun.com",
        display_name=f"user-{number}",
        create_date=_BEGIN,
        update_date=_BEGIN,
    )
    return msgspec.structs.replace(user, **changes)


def example_ram_access_key(number: int = 1, **changes: Any) -> RamAccessKey:  # noqa: ANN401 - as many types as fields
    """Return an access key of the RAM user `user-1@example.onaliyun.com` that was never used.

    Args:
        number: Each number gives another access key: the one in `example_leak` of that number.
        **changes: Other values of fields.
    """
    key = RamAccessKey(user_principal_name="user-1@example.onaliyun.com", access_key_id=f"LTAIexample{number:09}")
    return msgspec.structs.replace(key, **changes)


def example_secret(number: int = 1, **changes: Any) -> Secret:  # noqa: ANN401 - as many types as there are fields
    """Return an enabled secret without automatic rotation.

    Args:
        number: Each number gives another secret.
        **changes: Other values of fields.
    """
    secret = Secret(
        id=f"00000000-0000-4000-8000-{number:012}",
        name=f"example-secret-{number}",
        state=SecretState.ENABLED,
        kms_key_id="b168fe00ff56492495a7d22974df2d0b",
        description="",
        create_time=_milliseconds(number),
        update_time=_milliseconds(number),
        scheduled_delete_time=None,
        secret_type=SecretType.COMMON,
        auto_rotation=False,
        event_subscriptions=[],
    )
    return msgspec.structs.replace(secret, **changes)


def _milliseconds(number: int) -> int:
    return round((_BEGIN + timedelta(minutes=number)).timestamp() * 1000)

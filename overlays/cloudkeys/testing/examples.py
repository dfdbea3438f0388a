"""Items that look like the vendors', for tests to fill a fake cloud with."""

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
    """Return a leak that nobody handled.

    Args:
        number: Its ID; each number gives another leak, found a minute after the one before.
        **changes: Fields that are to be otherwise.
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
    """Return an access key of the IAM user `example-user` that was used an hour after it was made.

    Args:
        number: Each number gives another access key.
        **changes: Fields that are to be otherwise.
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
    """Return an IAM user of Huawei Cloud, who may sign in.

    Args:
        number: Each number gives another user.
        **changes: Fields that are to be otherwise.
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
        **changes: Fields that are to be otherwise.
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
        number: Each number gives another access key; that of `example_leak` of the same number.
        **changes: Fields that are to be otherwise.
    """
    key = RamAccessKey(user_principal_name="user-1@example.onaliyun.com", access_key_id=f"LTAIexample{number:09}")
    return msgspec.structs.replace(key, **changes)


def example_secret(number: int = 1, **changes: Any) -> Secret:  # noqa: ANN401 - as many types as there are fields
    """Return a secret that can be used and isn't renewed by itself.

    Args:
        number: Each number gives another secret.
        **changes: Fields that are to be otherwise.
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

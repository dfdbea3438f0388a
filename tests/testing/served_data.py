"""The data of the fake cloud that schemathesis tests, for the test and for its hooks."""

from __future__ import annotations

from typing import Any

from cloudkeys.testing import (
    FakeCloud,
    example_access_key,
    example_leak,
    example_ram_access_key,
    example_ram_user,
    example_secret,
    example_user,
)
from cloudkeys.testing.state import PROJECT_ID

USER = "example-user"
MEMBER = 127608589417
LEAKS = [example_leak(number) for number in range(1, 151)]
ACCESS_KEYS = [example_access_key(number) for number in range(1, 251)]
SECRETS = [example_secret(number) for number in range(1, 131)]
USERS = [example_user(number) for number in range(1, 131)]
RAM_USERS = [example_ram_user(number) for number in range(1, 131)]
RAM_KEYS = [
    example_ram_access_key(number, user_principal_name=user.user_principal_name)
    for number, user in enumerate(RAM_USERS, 1)
]
KNOWN_IDS: dict[str, list[Any]] = {
    "project_id": [PROJECT_ID],
    "user_id": [USER],
    "access_key": [key.access for key in ACCESS_KEYS],
    "access_key_id": [key.access for key in ACCESS_KEYS],
    "secret_name": [secret.name for secret in SECRETS],
    "version_id": ["v1"],
    "stage_name": ["SYSCURRENT"],
    "UserPrincipalName": [key.user_principal_name for key in RAM_KEYS],
    "UserAccessKeyId": [key.access_key_id for key in RAM_KEYS],
    "Id": [leak.id for leak in LEAKS],
}
"""The known values of parameters; values at the same index belong together."""


def served_cloud() -> FakeCloud:
    """Return a cloud with copies of the lists."""
    return FakeCloud(
        leaks=[*LEAKS],
        member_leaks={MEMBER: LEAKS[:30]},
        ram_users=[*RAM_USERS],
        ram_access_keys=[*RAM_KEYS],
        users=[*USERS],
        access_keys=[*ACCESS_KEYS],
        secrets={PROJECT_ID: [*SECRETS]},
    )

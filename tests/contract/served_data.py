"""The data of the fake cloud that schemathesis tests as a server, known to its hooks too."""

from __future__ import annotations

from cloudkeys.testing import FakeCloud, example_access_key, example_leak, example_secret
from cloudkeys.testing.state import PROJECT_ID

USER = "example-user"
MEMBER = 127608589417
LEAKS = [example_leak(number) for number in range(1, 151)]
ACCESS_KEYS = [example_access_key(number) for number in range(1, 251)]
SECRETS = [example_secret(number) for number in range(1, 131)]
KNOWN_IDS = {"project_id": PROJECT_ID, "user_id": USER, "access_key": ACCESS_KEYS[0].access}
"""What the cloud knows, by the parameters of paths that name it."""


def served_cloud() -> FakeCloud:
    return FakeCloud(
        leaks=LEAKS, member_leaks={MEMBER: LEAKS[:30]}, access_keys=ACCESS_KEYS, secrets={PROJECT_ID: SECRETS}
    )

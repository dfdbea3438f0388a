"""A leaked access key in a fake cloud, and runs of examples/respond_to_leak.py against it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import attrs

import cloudkeys
from cloudkeys.auth.credentials import AccessKey
from cloudkeys.runtime.types import SecretStr
from cloudkeys.testing import (
    Caller,
    FakeCloud,
    FakeResponse,
    ReceivedRequest,
    example_access_key,
    example_leak,
    example_ram_access_key,
    example_secret,
    example_user,
)
from cloudkeys.testing.faults import Fault
from cloudkeys.testing.state import PROJECT_ID
from cloudkeys.testing.vendors import access_keys
from cloudkeys_api.alibaba_ims.models import RamUser
from programs import Result, load, run_here

NAME = "respond_to_leak"
SECRET = "billing-key"  # noqa: S105 - a name, and a fake
LEAK = 7
RAM_USER, IAM_USER = "user@example.onaliyun.com", "example-user-2"
STEPS = ("replace", "wait", "deactivate", "watch", "delete")
LEAKED_SECRET = "fake-secret-of-the-leaked-key"  # noqa: S105 - a name, and a fake
CALLS = {"alibaba": 22, "huawei": 17}
"""The number of calls that an undisturbed run makes."""


@attrs.define
class World:
    """A fake cloud in which the only access key of a user has leaked, and the keys created since."""

    cloud: FakeCloud
    vendor: str
    folder: Path
    created: list[AccessKey] = attrs.field(factory=list[AccessKey])
    texts: list[str] = attrs.field(factory=list[str])

    @property
    def is_alibaba(self) -> bool:
        return self.vendor == "alibaba"

    @property
    def key(self) -> str:
        return "LTAIexample000000007" if self.is_alibaba else "EXAMPLE000000007"

    @property
    def leaked(self) -> AccessKey:
        return AccessKey(self.key, LEAKED_SECRET)

    @property
    def journal(self) -> Path:
        return self.folder / f"{self.key}.journal"

    @property
    def all_steps(self) -> list[str]:
        """The arguments that take all steps."""
        steps, how = ((*STEPS, "mark"), ["--as", "manual"]) if self.is_alibaba else (STEPS, [])
        return [*steps, "--secret", SECRET, *yes(*steps), *how]

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()] if self.journal.exists() else []

    def keys(self) -> dict[str, bool]:
        """Return the keys of the user, and whether each is active."""
        if self.is_alibaba:
            return {key.access_key_id: key.status == "Active" for key in self.cloud.ram_access_keys}
        return {key.access: key.status == "active" for key in self.cloud.access_keys}

    def add_key(self, key_id: str) -> None:
        """Add an access key to the user."""
        self.cloud.ram_access_keys.append(example_ram_access_key(access_key_id=key_id, user_principal_name=RAM_USER))
        self.cloud.access_keys.append(example_access_key(access=key_id, user_id=IAM_USER))

    def remove_keys_after(self, count: int) -> None:
        """Delete all keys of the user except the first few."""
        del self.cloud.ram_access_keys[count:]
        del self.cloud.access_keys[count:]

    def stored(self) -> list[str]:
        """Return the versions of the secret that contain a key."""
        history = self.cloud.histories.get((PROJECT_ID, SECRET))
        values = [version.secret_string for version in history.versions] if history else []
        texts = [value.reveal() for value in values if isinstance(value, SecretStr)]
        return [text for text in texts if text.startswith("{")]

    def operation(self, name: str) -> str:
        """Return the full name of an operation on keys or users, given Huawei Cloud's name for it."""
        names = {"ShowAccessKeyLastUsed": "GetAccessKeyLastUsed", "ListUsers": "GetUser"}
        return f"alibaba_ims.{names.get(name, name)}" if self.is_alibaba else f"huawei_iam_v5.{name}"

    def arguments(self, *arguments: object) -> list[object]:
        times = ["--wait-at-most", 0.05, "--watch", 0]
        return [self.vendor, self.key, "--journal", self.journal, *times, *arguments]

    def run(self, *arguments: object, attempts: int = 4) -> Result:
        """Run the program without sockets, and without waiting before retries."""
        retry = cloudkeys.RetryPolicy(attempts=attempts, first_wait=0, jitter=0)
        settings: dict[str, Any] = {"retry": retry, "timeout": 60}
        with (
            mock.patch.object(cloudkeys, "Alibaba", functools.partial(cloudkeys.Alibaba, **settings)),
            mock.patch.object(cloudkeys, "Huawei", functools.partial(cloudkeys.Huawei, **settings)),
            mock.patch.object(load("respond_steps"), "PAUSE", 0.001),
            self.recording_created_keys(),
        ):
            result = run_here(self.cloud, NAME, *self.arguments(*arguments))
        self.texts += [result.out, result.err]
        return result

    def run_in_vain(self, *arguments: object) -> str:
        """Run the program, which must fail, and return its errors."""
        result = self.run(*arguments)
        assert result.status == 1
        return result.err

    def run_all(self, *more: object, attempts: int = 4) -> Result:
        """Run all steps, and confirm them."""
        return self.run(*self.all_steps, *more, attempts=attempts)

    def recording_created_keys(self) -> Any:
        """Return a context manager that records each key that the cloud creates."""
        original = access_keys.create_access_key

        def create_access_key(*arguments: Any) -> AccessKey:
            self.created.append(original(*arguments))
            return self.created[-1]

        return mock.patch.object(access_keys, "create_access_key", create_access_key)

    def assert_done(self) -> None:
        """Check that the leaked key is gone, that one new key works and is stored once, and that no secret leaked."""
        ((new, is_active),) = self.keys().items()
        assert new != self.key
        assert is_active
        key = next(key for key in self.created if key.access_key_id == new)
        assert [json.loads(text) for text in self.stored()] == [{"access_key_id": new, "secret": key.secret}]
        history = self.cloud.histories[PROJECT_ID, SECRET]
        assert len(history.versions) == 2
        assert history.stages["SYSCURRENT"].version_id == "v2"
        if self.is_alibaba:
            assert {leak.id: leak.deal_type for leak in self.cloud.leaks} == {LEAK: "manual", 1: "pending"}
        # A second key is created only after the secret of the first was lost, and the first is deleted.
        discarded = [entry["id"] for entry in self.entries() if entry["state"] == "discarded"]
        assert {*discarded, new} == {key.access_key_id for key in self.created}
        self.assert_silent()

    def assert_silent(self) -> None:
        """Check that neither the output nor the journal contains a secret."""
        self.texts.append(self.journal.read_text() if self.journal.exists() else "")
        secrets = [key.secret for key in (*self.created, self.cloud.alibaba_key, self.cloud.huawei_key)]
        secrets += [LEAKED_SECRET, "fake-leaked-secret"]
        for text in self.texts:
            assert [secret for secret in secrets if secret in text] == []
            assert "Traceback" not in text

    def state(self) -> object:
        """Return everything that the program could change."""
        files = sorted(str(path) for path in self.folder.rglob("*"))
        return [*self.cloud.leaks], self.keys(), self.stored(), self.created[:], self.entries(), files


def new_world(vendor: str, folder: Path) -> World:
    """Return a world with a leaked key, another user with a key, and a secret."""
    cloud = FakeCloud(
        leaks=[example_leak(1), example_leak(LEAK)],
        ram_users=[RamUser(user_principal_name=RAM_USER, user_id="1")],
        ram_access_keys=[example_ram_access_key(LEAK, user_principal_name=RAM_USER)],
        users=[example_user(1), example_user(2)],
        access_keys=[example_access_key(LEAK, user_id=IAM_USER)],
    )
    cloud.secrets[PROJECT_ID].append(example_secret(name=SECRET))
    world = World(cloud, vendor, folder)
    cloud.callers.add([Caller(vendor=vendor, key=world.leaked)])  # type: ignore[arg-type] # one of two
    return world


def use(world: World, key: AccessKey) -> None:
    """Call the cloud with an access key of the user."""
    if world.is_alibaba:
        world.cloud.alibaba(credentials=key).ims.list_access_keys(RAM_USER)
    else:
        list(world.cloud.huawei(credentials=key).iam_v5.list_access_keys(IAM_USER))


def store_version(world: World, text: str) -> None:
    """Store a version of the secret, as somebody else could."""
    with world.cloud.huawei() as huawei:
        huawei.csms.create_secret_version(SECRET, secret_string=text)


def yes(*steps: str) -> list[str]:
    """Return the arguments that confirm steps."""
    return [part for step in steps if step not in {"wait", "watch"} for part in ("--yes", step)]


class KilledError(BaseException):
    """Stands for a kill, since no `except Exception` catches it."""


def killed(*, after: bool, error: type[BaseException] = KilledError) -> Fault:
    """Return a fault that ends the program like a kill, before or after the call takes effect."""

    def fault(_cloud: Any, _request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        if after:
            serve()
        raise error

    return fault

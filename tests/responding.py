"""A leaked access key on either cloud, and runs of examples/respond_to_leak.py against it."""

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
from programs import Ended, loaded, run_main

NAME = "respond_to_leak"
SECRET = "billing-key"  # noqa: S105 - a name, and a fake
LEAK = 7
RAM_USER, IAM_USER = "user@example.onaliyun.com", "example-user-2"
STEPS = ("replace", "wait", "deactivate", "watch", "delete")
LEAKED_SECRET = "fake-secret-of-the-leaked-key"  # noqa: S105 - a name, and a fake


@attrs.define
class World:
    """A fake cloud in which the only access key of a user has leaked, and all keys that were made in it."""

    cloud: FakeCloud
    vendor: str
    folder: Path
    made: list[AccessKey] = attrs.field(factory=list[AccessKey])
    texts: list[str] = attrs.field(factory=list[str])

    @property
    def is_alibaba(self) -> bool:
        return self.vendor == "alibaba"

    @property
    def key(self) -> str:
        return "LTAIexample000000007" if self.is_alibaba else "EXAMPLE000000007"

    @property
    def steps(self) -> tuple[str, ...]:
        return (*STEPS, "mark") if self.is_alibaba else STEPS

    @property
    def journal(self) -> Path:
        return self.folder / f"{self.key}.journal"

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()] if self.journal.exists() else []

    def keys(self) -> dict[str, bool]:
        """Return the keys of the user, and whether each is active."""
        if self.is_alibaba:
            return {key.access_key_id: key.status == "Active" for key in self.cloud.ram_access_keys}
        return {key.access: key.status == "active" for key in self.cloud.access_keys}

    def stored(self) -> list[str]:
        """Return the versions of the secret that hold a key."""
        history = self.cloud.histories.get((PROJECT_ID, SECRET))
        values = [version.secret_string for version in history.versions] if history else []
        texts = [value.reveal() for value in values if isinstance(value, SecretStr)]
        return [text for text in texts if text.startswith("{")]

    def operation(self, name: str) -> str:
        """Return the full name of an operation on keys or users, by its name at Huawei Cloud."""
        names = {"ShowAccessKeyLastUsed": "GetAccessKeyLastUsed", "ListUsers": "GetUser"}
        return f"alibaba_ims.{names.get(name, name)}" if self.is_alibaba else f"huawei_iam_v5.{name}"

    def arguments(self, *arguments: object) -> list[object]:
        times = ["--wait-at-most", 0.05, "--watch", 0]
        return [self.vendor, self.key, "--journal", self.journal, *times, *arguments]

    def run(self, *arguments: object, attempts: int = 4, seconds: float = 60) -> Ended:
        """Run the program; requests come without sockets, and repetitions without waiting."""
        retry = cloudkeys.RetryPolicy(attempts=attempts, first_wait=0, jitter=0)
        settings: dict[str, Any] = {"connections": self.cloud.connections(), "retry": retry, "timeout": seconds}
        loaded(NAME)
        with (
            mock.patch.object(cloudkeys, "Alibaba", functools.partial(cloudkeys.Alibaba, **settings)),
            mock.patch.object(cloudkeys, "Huawei", functools.partial(cloudkeys.Huawei, **settings)),
            mock.patch.object(loaded("respond_steps"), "PAUSE", 0.001),
            self.noting_keys(),
        ):
            ended = run_main(self.cloud, NAME, "--base-url", "http://127.0.0.1", *self.arguments(*arguments))
        self.texts += [ended.out, ended.err]
        return ended

    def noting_keys(self) -> Any:
        """Note each key that the cloud makes while a block runs."""
        original = access_keys.create_access_key

        def create_access_key(*arguments: Any) -> AccessKey:
            self.made.append(original(*arguments))
            return self.made[-1]

        return mock.patch.object(access_keys, "create_access_key", create_access_key)

    def whole(self, *more: object, attempts: int = 4) -> Ended:
        """Run all steps, and change what they change."""
        how = ["--as", "manual"] if self.is_alibaba else []
        return self.run(*self.steps, "--secret", SECRET, *yes(*self.steps), *how, *more, attempts=attempts)

    def assert_done(self) -> None:
        """Check that the leaked key is gone, and one new key is there, that is stored once and works."""
        ((new, is_active),) = self.keys().items()
        assert new != self.key
        assert is_active
        key = next(key for key in self.made if key.access_key_id == new)
        assert [json.loads(text) for text in self.stored()] == [{"access_key_id": new, "secret": key.secret}]
        history = self.cloud.histories[PROJECT_ID, SECRET]
        assert [version.version_metadata.id for version in history.versions] == ["v1", "v2"]  # type: ignore[union-attr] # the fake's have it
        assert history.stages["SYSCURRENT"].version_id == "v2"
        if self.is_alibaba:
            assert {leak.id: leak.deal_type for leak in self.cloud.leaks} == {LEAK: "manual", 1: "pending"}
        # A key is made again only after one whose secret was lost, and that one is deleted.
        discarded = [entry["id"] for entry in self.entries() if entry["state"] == "discarded"]
        assert {*discarded, new} == {key.access_key_id for key in self.made}

    def assert_silent(self) -> None:
        """Check that no secret is in what was printed, nor in the journal."""
        self.texts.append(self.journal.read_text() if self.journal.exists() else "")
        known = [key.secret for key in self.made]
        known += [self.cloud.alibaba_key.secret, self.cloud.huawei_key.secret, LEAKED_SECRET, "fake-leaked-secret"]
        for text in self.texts:
            assert [secret for secret in known if secret in text] == []
            assert "Traceback" not in text

    def state(self) -> object:
        """Return all that the program could change."""
        files = sorted(str(path) for path in self.folder.rglob("*"))
        return [*self.cloud.leaks], self.keys(), self.stored(), self.made[:], files


def world(vendor: str, folder: Path) -> World:
    """Return a world with a leaked key, another user with a key of their own, and a secret."""
    cloud = FakeCloud(
        leaks=[example_leak(1), example_leak(LEAK)],
        ram_users=[RamUser(user_principal_name=RAM_USER, user_id="1")],
        ram_access_keys=[example_ram_access_key(LEAK, user_principal_name=RAM_USER)],
        users=[example_user(1), example_user(2)],
        access_keys=[example_access_key(LEAK, user_id=IAM_USER)],
    )
    cloud.secrets[PROJECT_ID].append(example_secret(name=SECRET))
    made = World(cloud, vendor, folder)
    cloud.callers.add([Caller(vendor=vendor, key=AccessKey(made.key, LEAKED_SECRET))])  # type: ignore[arg-type] # one of two
    return made


def use(here: World, key: AccessKey) -> None:
    """Call the cloud with an access key of the user."""
    if here.is_alibaba:
        here.cloud.alibaba(credentials=key).ims.list_access_keys(RAM_USER)
    else:
        list(here.cloud.huawei(credentials=key).iam_v5.list_access_keys(IAM_USER))


def add_key(here: World, key_id: str) -> dict[str, bool]:
    """Add an access key to the user, and return all of them."""
    here.cloud.ram_access_keys.append(example_ram_access_key(access_key_id=key_id, user_principal_name=RAM_USER))
    here.cloud.access_keys.append(example_access_key(access=key_id, user_id=IAM_USER))
    return here.keys()


def yes(*steps: str) -> list[str]:
    """Return the arguments that let steps change something."""
    writes = [step for step in steps if step not in {"wait", "watch"}]
    return [part for step in writes for part in ("--yes", step)]


@attrs.define
class Switched:
    """A fault that can be taken away."""

    fault: Fault
    is_on: bool = True

    def __call__(self, cloud: Any, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        return self.fault(cloud, request, serve) if self.is_on else serve()


class KilledError(BaseException):
    """What stands for a kill: no `except Exception` sees it."""


def killed(*, after: bool, error: type[BaseException] = KilledError) -> Fault:
    """Return a fault that ends the program as a kill does, before or after the service has acted."""

    def fault(_cloud: Any, _request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        if after:
            serve()
        raise error

    return fault

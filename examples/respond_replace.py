"""How `respond_to_leak.py` creates, stores, finds and tests the new key. Only this module handles a secret."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cloudkeys
from cloudkeys.errors import CloudkeysError
from cloudkeys_api.huawei_csms import Client as Csms
from respond_clouds import StopError, is_known
from respond_steps import Entry, Run, say, wait_until

MAX_KEYS = 2  # per user, on both clouds


def _text(key: cloudkeys.AccessKey) -> str:
    return json.dumps({"access_key_id": key.access_key_id, "secret": key.secret})


def _key(text: str, key_id: str) -> cloudkeys.AccessKey | None:
    """Return the key in a stored text, if it has this ID."""
    try:
        found = json.loads(text)
        return cloudkeys.AccessKey(key_id, found["secret"]) if found["access_key_id"] == key_id else None
    except (ValueError, TypeError, KeyError):
        return None


class FileStore:
    """A new file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        """Store the path; the file isn't opened yet."""
        self.path = path.absolute()
        self.location = f"file {self.path}"

    def versions(self) -> list[str]:
        """Return no versions, since the file is new; raise a StopError if it can't be created."""
        if os.path.lexists(self.path) or not os.access(self.path.parent, os.W_OK | os.X_OK):
            raise StopError(f"{self.path} exists, or its folder isn't writable: choose another --secret-file")
        return []

    def put(self, key: cloudkeys.AccessKey) -> str:
        """Write the key to a new file; an existing file isn't overwritten."""
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(_text(key))
            file.flush()
            os.fsync(file.fileno())
        return "v1"

    def find(self, key_id: str, _known: list[str]) -> tuple[str, cloudkeys.AccessKey] | None:
        """Return the key, if the file contains it."""
        key = _key(self.path.read_text("utf-8", "replace"), key_id) if self.path.is_file() else None
        return ("v1", key) if key else None


class CsmsStore:
    """A secret in Huawei Cloud's CSMS; the new key becomes its next version."""

    def __init__(self, csms: Csms, name: str) -> None:
        """Store the name of the secret; nothing is sent yet."""
        self.csms, self.name = csms, name
        self.location = f"secret {name} of project {csms.project_id}"

    def versions(self) -> list[str]:
        """Return the IDs of the existing versions; raise a StopError if the secret accepts no new one."""
        secret = self.csms.show_secret(self.name).secret
        if not secret or secret.state != "ENABLED":
            raise StopError(f"the secret {self.name} isn't enabled: enable it, or choose another --secret")
        return [str(version.id) for version in self.csms.list_secret_versions(self.name)]

    def put(self, key: cloudkeys.AccessKey) -> str:
        """Store the key, and return the ID of its version."""
        version = self.csms.create_secret_version(self.name, secret_string=_text(key)).version_metadata
        return str(version.id) if version else "unknown"

    def find(self, key_id: str, known: list[str]) -> tuple[str, cloudkeys.AccessKey] | None:
        """Return the ID of the current version and the key, if the version is new and contains the key."""
        new = {version.id for version in self.csms.list_secret_versions(self.name)} - set(known)
        stage = self.csms.show_secret_stage(self.name, "SYSCURRENT").stage
        current = stage.version_id if stage else None
        if not current or current not in new:
            return None
        version = self.csms.show_secret_version(self.name, current).version
        value = version.secret_string if version else None
        key = _key(value.reveal(), key_id) if value else None
        return (current, key) if key else None


Store: TypeAlias = FileStore | CsmsStore


def store(target: Store, key: cloudkeys.AccessKey, known: list[str]) -> str:
    """Store a key, and return the version. If the response is lost, check whether the key was stored."""
    try:
        return target.put(key)
    except CloudkeysError as error:
        found = target.find(key.access_key_id, known) if error.may_have_taken_effect else None
        if found is None or found[1] != key:
            raise
        return found[0]


@dataclass
class Replacement:
    """The steps that create the new key and test it."""

    run: Run
    target: Store | None
    new: cloudkeys.AccessKey | None = None

    def checked_target(self, entry: Entry | None = None) -> Store:
        """Return the store of the new key; an earlier run must have used the same one."""
        if self.target is None or (entry and entry["where"] != self.target.location):
            raise StopError(f"the earlier run used {entry and entry['where']} for the new key: use the same again")
        return self.target

    def replace(self) -> None:
        """Create and store a new key, unless an earlier run did."""
        run, target, last = self.run, self.checked_target(), self.run.journal.last("replace")
        if last and last["state"] in {"begun", "created", "stored"} and self.is_settled(last):
            return
        keys = [key.key_id for key in run.cloud.keys(run.user)]
        before = {"where": target.location, "keys": keys, "versions": target.versions()}
        if len(keys) >= MAX_KEYS and not run.shown:
            others = ", ".join(key for key in keys if key != run.key_id)
            reason = f"replace: {run.user} already has {len(keys)} keys, the maximum; the other key: {others}"
            raise StopError(f"{reason}. Find out who uses it. Then use it as the new key, or delete it by hand")
        if run.confirms("replace", f"create a key for {run.user} and store it in {target.location}"):
            self.create(target, before)

    def create(self, target: Store, before: Entry) -> None:
        """Create a key and store it immediately."""
        run = self.run
        run.note("replace", "begun", **before)
        try:
            self.new = run.cloud.create(run.user)
        except CloudkeysError as error:
            if not error.may_have_taken_effect:
                run.note("replace", "refused")
            raise
        created = {"id": self.new.access_key_id, **before}
        run.note("replace", "created", **created)
        version = store(target, self.new, before["versions"])
        run.note("replace", "stored", version=version, **created)
        say(f"replace: done: created {created['id']} and stored it in {target.location}, version {version}")

    def is_settled(self, last: Entry) -> bool:
        """Return whether the key that an earlier run created is stored; if its secret is lost, discard the key."""
        run = self.run
        current = [key.key_id for key in run.cloud.keys(run.user)]
        new = [key for key in current if key not in last["keys"] and key == last.get("id", key)]
        if len(new) > 1:
            raise StopError(f"replace: {' and '.join(new)} are new: find out who created them, and delete one by hand")
        if not new and last["state"] == "stored":
            raise StopError(f"replace: {last['id']} was deleted: move {run.journal.path} away to start again")
        if not new:
            return False  # no key was created, or it was deleted since
        if last["state"] != "stored":
            # If the response to the creation was lost, nothing was stored.
            found = self.checked_target(last).find(new[0], last["versions"]) if last["state"] == "created" else None
            if found is None:
                self.discard(new[0])
                return False
            last = run.journal.note({**last, "state": "stored", "id": new[0], "version": found[0]})
        say(f"replace: already done: created {new[0]} and stored it in {last['where']}, version {last['version']}")
        return True

    def discard(self, new: str) -> None:
        """Delete a new key whose secret is lost."""
        run, what = self.run, f"delete {new}, a new key whose secret is lost"
        if used := run.cloud.last_used(run.user, new):
            raise StopError(f"replace: {new} is new, but was used at {used}: find out who has its secret")
        if run.confirms("discard", what):
            run.cloud.delete(run.user, new)
            run.note("replace", "discarded", id=new)
            say(f"discard: done: {what}")

    def wait(self) -> None:
        """Wait until the new key works."""
        run = self.run
        if not run.confirms("wait", "wait until the new key works"):
            return
        key = self.new or self.stored_key()
        if not wait_until(lambda: is_known(run.cloud, run.user, key), run.options.wait_at_most):
            raise StopError(f"wait: {key.access_key_id} doesn't work yet: run the same command again to keep waiting")
        say(f"wait: done: {key.access_key_id} works")

    def stored_key(self) -> cloudkeys.AccessKey:
        """Return the new key that an earlier run stored."""
        last = self.run.journal.last("replace")
        if last is None or last["state"] != "stored":
            raise StopError("wait: no new key is stored: add the step replace")
        found = self.checked_target(last).find(last["id"], last["versions"])
        if found is None:
            raise StopError(f"wait: {last['id']} is no longer current in {last['where']}: find out who changed that")
        return found[1]

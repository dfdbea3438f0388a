"""The new key of `respond_to_leak.py`: created, stored, found again, and tried. All that touches a secret is here."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cloudkeys
from cloudkeys.errors import CloudkeysError
from cloudkeys_api.huawei_csms import Client as Csms
from respond_clouds import StopError, is_known
from respond_steps import Entry, Run, say, until

MOST_KEYS = 2  # of a user, on both clouds


def _text(key: cloudkeys.AccessKey) -> str:
    return json.dumps({"access_key_id": key.access_key_id, "secret": key.secret})


def _key(text: str, key_id: str) -> cloudkeys.AccessKey | None:
    """Return the key that a stored text holds, if it is the one that is looked for."""
    try:
        found = json.loads(text)
        return cloudkeys.AccessKey(key_id, found["secret"]) if found["access_key_id"] == key_id else None
    except (ValueError, TypeError, KeyError):
        return None


class FileStore:
    """A new file that nobody else can read."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        self.path = path.absolute()
        self.where = f"file {self.path}"

    def versions(self) -> list[str]:
        """Return the versions that there are, which is none; it raises a StopError if a new one can't be written."""
        if os.path.lexists(self.path) or not os.access(self.path.parent, os.W_OK | os.X_OK):
            raise StopError(f"{self.path} is there, or its folder can't be written: give another --secret-file")
        return []

    def put(self, key: cloudkeys.AccessKey) -> str:
        """Write the key; what is there is not overwritten."""
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(_text(key))
            file.flush()
            os.fsync(file.fileno())
        return "v1"

    def find(self, key_id: str, _known: list[str]) -> tuple[str, cloudkeys.AccessKey] | None:
        """Return the key, if the file has it."""
        key = _key(self.path.read_text("utf-8", "replace"), key_id) if self.path.is_file() else None
        return ("v1", key) if key else None


class CsmsStore:
    """A secret of Huawei Cloud's CSMS, which gets a new version."""

    def __init__(self, csms: Csms, name: str) -> None:
        """Name the secret."""
        self.csms, self.name = csms, name
        self.where = f"secret {name} of project {csms.project_id}"

    def versions(self) -> list[str]:
        """Return the versions that there are; it raises a StopError if the secret takes no new one."""
        secret = self.csms.show_secret(self.name).secret
        if not secret or secret.state != "ENABLED":
            raise StopError(f"the secret {self.name} isn't enabled: enable it, or give another --secret")
        return [str(version.id) for version in self.csms.list_secret_versions(self.name)]

    def put(self, key: cloudkeys.AccessKey) -> str:
        """Store the key, and return the ID of its version."""
        made = self.csms.create_secret_version(self.name, secret_string=_text(key)).version_metadata
        return str(made.id) if made else "unknown"

    def find(self, key_id: str, known: list[str]) -> tuple[str, cloudkeys.AccessKey] | None:
        """Return the current version and the key, if a version that wasn't known before has it."""
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
    """Store a key, and return its version; if the response is lost, look whether it is stored."""
    try:
        return target.put(key)
    except CloudkeysError as error:
        found = target.find(key.access_key_id, known) if error.may_have_taken_effect else None
        if found is None or found[1] != key:
            raise
        return found[0]


@dataclass
class Replacement:
    """The steps that make the new key and try it out."""

    run: Run
    target: Store | None
    new: cloudkeys.AccessKey | None = None

    def store_of(self, entry: Entry | None = None) -> Store:
        """Return where the new key goes, which is where it went in an earlier run."""
        if self.target is None or (entry and entry["where"] != self.target.where):
            raise StopError(f"the new key goes to {entry and entry['where']}: give the same as in the run before")
        return self.target

    def replace(self) -> None:
        """Create another key and store it, once."""
        run, target, last = self.run, self.store_of(), self.run.journal.last("replace")
        if last and last["state"] in {"begun", "created", "stored"} and self.is_settled(last):
            return
        keys = [key.key_id for key in run.cloud.keys(run.user)]
        before = {"where": target.where, "keys": keys, "versions": target.versions()}
        if len(keys) >= MOST_KEYS and not run.shown:
            others = ", ".join(key for key in keys if key != run.key_id)
            reason = f"replace: {run.user} has {len(keys)} keys and can't have more; in the way: {others}"
            raise StopError(f"{reason}. Find out who uses it. Then use it as the new key, or delete it by hand")
        if run.may("replace", f"create a key for {run.user}, and store it in {target.where}"):
            self.create(target, before)

    def create(self, target: Store, before: Entry) -> None:
        """Create a key, and store it at once."""
        run = self.run
        run.note("replace", "begun", **before)
        try:
            self.new = run.cloud.create(run.user)
        except CloudkeysError as error:
            if not error.may_have_taken_effect:
                run.note("replace", "refused")
            raise
        made = {"id": self.new.access_key_id, **before}
        run.note("replace", "created", **made)
        version = store(target, self.new, before["versions"])
        run.note("replace", "stored", version=version, **made)
        say(f"replace: done: created {made['id']}, and stored it in {target.where}, version {version}")

    def is_settled(self, last: Entry) -> bool:
        """Return whether the key that an earlier run created is stored. One whose secret is lost is deleted."""
        run = self.run
        now = [key.key_id for key in run.cloud.keys(run.user)]
        made = [key for key in now if key not in last["keys"] and key == last.get("id", key)]
        if len(made) > 1:
            raise StopError(f"replace: {' and '.join(made)} are new: find out whose they are, and delete one by hand")
        if not made and last["state"] == "stored":
            raise StopError(f"replace: {last['id']} is deleted: move {run.journal.path} away to begin anew")
        if not made:
            return False  # no key came of it, or it is deleted again
        if last["state"] != "stored":
            # Of a creation whose response was lost, nothing was stored.
            found = self.store_of(last).find(made[0], last["versions"]) if last["state"] == "created" else None
            if found is None:
                self.discard(made[0])
                return False
            last = run.journal.note({**last, "state": "stored", "id": made[0], "version": found[0]})
        say(f"replace: done before: created {made[0]}, and stored it in {last['where']}, version {last['version']}")
        return True

    def discard(self, new: str) -> None:
        """Delete a new key whose secret is lost."""
        run, what = self.run, f"delete {new}, which was created, and whose secret is lost"
        if used := run.cloud.last_used(run.user, new):
            raise StopError(f"replace: {new} is new, but was used at {used}: find out who has its secret")
        if run.may("discard", what):
            run.cloud.delete(run.user, new)
            run.note("replace", "discarded", id=new)
            say(f"discard: done: {what}")

    def wait(self) -> None:
        """Wait until the new key works."""
        run = self.run
        if not run.may("wait", "wait until the new key works"):
            return
        key = self.new or self.stored()
        if not until(lambda: is_known(run.cloud, run.user, key), run.options.wait_at_most):
            raise StopError(f"wait: {key.access_key_id} doesn't work yet: run the same command again to wait on")
        say(f"wait: done: {key.access_key_id} works")

    def stored(self) -> cloudkeys.AccessKey:
        """Return the new key that an earlier run has stored."""
        last = self.run.journal.last("replace")
        if last is None or last["state"] != "stored":
            raise StopError("wait: no new key is stored: ask for replace, too")
        found = self.store_of(last).find(last["id"], last["versions"])
        if found is None:
            raise StopError(f"wait: {last['id']} isn't current in {last['where']} any more: find out who changed that")
        return found[1]

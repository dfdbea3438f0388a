"""The journal of `respond_to_leak.py`, and the steps that don't handle a secret."""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from cloudkeys.runtime.redaction import printable
from respond_clouds import Key, Keys, Leaks, StopError

Entry: TypeAlias = dict[str, Any]
WRITES = ("replace", "discard", "deactivate", "delete", "mark")
FIELDS = {"at", "key", "step", "state", "user"}  # of every journal entry
PAUSE = 5.0  # seconds between two checks


def say(text: str) -> None:
    """Print a line immediately, with control characters escaped."""
    print("".join(map(printable, text)), flush=True)


def wait_until(condition: Callable[[], bool], at_most: float) -> bool:
    """Wait until a condition is true or the seconds are over, and return whether it is true."""
    end = time.monotonic() + at_most
    while not condition():
        left = end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(PAUSE, left))
    return True


class Journal:
    """The steps begun and done for one access key, as JSON lines."""

    def __init__(self, path: Path, key_id: str) -> None:
        """Read the entries of earlier runs; raise a ValueError if the file isn't the journal of this key."""
        self.path, self.key_id = path, key_id
        content = path.read_bytes() if path.exists() else b""
        self._read = len(content)
        # A kill may have cut off the last line. The next run then checks what happened.
        self._whole = content.rfind(b"\n") + 1
        found: list[Any] = [json.loads(line) for line in content[: self._whole].splitlines()]
        if not all(isinstance(entry, dict) and entry.keys() >= FIELDS and entry["key"] == key_id for entry in found):
            raise ValueError(f"{path} isn't the journal of {key_id}")
        self.entries: list[Entry] = found

    def note(self, entry: Entry) -> Entry:
        """Write an entry, and return once it is on the disk."""
        entry = {**entry, "at": datetime.now(UTC).isoformat(), "key": self.key_id}
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            if file.seek(0, os.SEEK_END) != self._read:
                raise StopError(f"another run is writing to {self.path}: wait until it ends, then run this one again")
            file.truncate(file.seek(self._whole))
            file.write(json.dumps(entry).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            self._read = self._whole = file.tell()
        self.entries.append(entry)
        return entry

    def last(self, step: str, *, after: str = "") -> Entry | None:
        """Return the last entry of a step, or None if there is none since the last entry of the step `after`."""
        for entry in reversed(self.entries):
            if entry["step"] == step:
                return entry
            if entry["step"] == after:
                return None
        return None


@dataclass
class Run:
    """What the steps share: the options, the cloud, the journal, and the owner of the key."""

    options: argparse.Namespace
    cloud: Keys
    leaks: Leaks | None
    journal: Journal
    user: str = ""
    shown: str = ""  # the first step that was only shown

    @property
    def key_id(self) -> str:
        """The ID of the leaked key."""
        return str(self.options.key)

    def confirms(self, step: str, what: str) -> bool:
        """Return whether to take a step now. If not, show it, and take none of the steps after it."""
        is_confirmed = step in self.options.yes
        if self.shown and is_confirmed:
            raise StopError(f"{step}: {self.shown} comes first, but was only shown: add --yes {self.shown}")
        if step in WRITES and not is_confirmed:
            self.shown = self.shown or step
        if self.shown:
            say(f"{step}: would {what}")
        return not self.shown

    def note(self, step: str, state: str, **facts: object) -> Entry:
        """Write a journal entry."""
        return self.journal.note({"step": step, "state": state, "user": self.user, **facts})

    def change(
        self, step: str, what: str, call: Callable[[], None], is_visible: Callable[[], bool] = lambda: True
    ) -> None:
        """Make an idempotent change, if the user confirms it."""
        if self.confirms(step, what):
            self.note(step, "begun", what=what)
            call()
            if not wait_until(is_visible, self.options.wait_at_most):
                raise StopError(f"{step}: accepted, but the service doesn't show it yet: run the same command again")
            self.note(step, "done", what=what)
            say(f"{step}: done: {what}")

    def leaked_key(self, step: str) -> Key | None:
        """Return the current state of the leaked key; if it is deleted, report that and return None."""
        found = next((key for key in self.cloud.keys(self.user) if key.key_id == self.key_id), None)
        if found is None:
            say(f"{step}: {self.key_id} is already deleted")
        return found


def deactivate(run: Run) -> None:
    """Deactivate the leaked key."""
    if (key := run.leaked_key("deactivate")) and not key.is_active:
        say(f"deactivate: {run.key_id} is already inactive")
    elif key:
        run.change("deactivate", f"deactivate {run.key_id}", lambda: run.cloud.deactivate(run.user, run.key_id))


def watch(run: Run) -> None:
    """Watch for new uses of the leaked key; a watch that an earlier run began continues."""
    what = f"watch for new uses of the key for {run.options.watch:g} seconds"
    if not run.leaked_key("watch") or not run.confirms("watch", what):
        return
    used = run.cloud.last_used(run.user, run.key_id)
    # A watch from before the deactivation misses uses between the two, so it doesn't count.
    begun = run.journal.last("watch", after="deactivate")
    if begun is None or begun["state"] != "begun":
        begun = run.note("watch", "begun", last_used=used)
    passed = datetime.now(UTC) - datetime.fromisoformat(begun["at"])
    if (left := run.options.watch - passed.total_seconds()) > 0:
        time.sleep(left)
        used = run.cloud.last_used(run.user, run.key_id)
    if used != begun["last_used"]:
        run.note("watch", "moved", last_used=used)
        raise StopError(f"watch: {run.key_id} was used at {used}: find out who still uses it, then watch again")
    say(f"watch: done: the cloud reports no use of {run.key_id} since {begun['at']}")


def delete(run: Run) -> None:
    """Delete the leaked key, if it is inactive."""
    if (key := run.leaked_key("delete")) and key.is_active and not run.shown:
        raise StopError(f"delete: {run.key_id} is active: deactivate it first")
    if key:
        run.change("delete", f"delete {run.key_id} permanently", lambda: run.cloud.delete(run.user, run.key_id))


def mark(run: Run) -> None:
    """Mark the leak as handled, and check that the list shows it."""
    leaks, how = run.leaks, run.options.how
    listed = leaks.listed(run.key_id) if leaks else {}
    found = [leak for leak in listed if run.options.leak in {None, leak}]
    if leaks is None or len(found) != 1:
        raise StopError(f"mark: choose one of the leaks {sorted(listed)} with --leak")
    leak = found[0]
    if listed[leak] == how:
        say(f"mark: leak {leak} is already marked as {how}")
        return
    if run.user and not run.shown and (key := run.leaked_key("mark")) and key.is_active:
        say(f"mark: {run.key_id} is still active: no mark disables a key, not even `disable`")
    run.change(
        "mark",
        f"mark leak {leak} as {how}",
        lambda: leaks.mark(leak, how),
        lambda: leaks.listed(run.key_id).get(leak) == how,
    )

"""The journal of `respond_to_leak.py`, and those of its steps that touch no secret."""

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
FIELDS = {"at", "key", "step", "state", "user"}  # of every entry of the journal
PAUSE = 5.0  # seconds between two looks


def say(text: str) -> None:
    """Print a line at once; nothing in it can steer the terminal."""
    print("".join(map(printable, text)), flush=True)


def until(holds: Callable[[], bool], at_most: float) -> bool:
    """Wait until something holds, at most so many seconds, and return whether it does."""
    end = time.monotonic() + at_most
    while not holds():
        left = end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(PAUSE, left))
    return True


class Journal:
    """What was begun and what was done, as JSON lines, for one access key."""

    def __init__(self, path: Path, key_id: str) -> None:
        """Read what an earlier run has written; a ValueError says that it isn't the journal of this key."""
        self.path, self.key_id = path, key_id
        content = path.read_bytes() if path.exists() else b""
        self._read = len(content)
        # A kill may have cut off the last line. What it was about wasn't begun, or is looked for again.
        self._whole = content.rfind(b"\n") + 1
        found: list[Any] = [json.loads(line) for line in content[: self._whole].splitlines()]
        if not all(isinstance(entry, dict) and entry.keys() >= FIELDS and entry["key"] == key_id for entry in found):
            raise ValueError(f"{path} isn't the journal of {key_id}")
        self.entries: list[Entry] = found

    def note(self, entry: Entry) -> Entry:
        """Write an entry; it is on the disk before anything else happens."""
        entry = {**entry, "at": datetime.now(UTC).isoformat(), "key": self.key_id}
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            if file.seek(0, os.SEEK_END) != self._read:
                raise StopError(f"another run writes to {self.path}: wait for its end, and run this one again")
            file.truncate(file.seek(self._whole))
            file.write(json.dumps(entry).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            self._read = self._whole = file.tell()
        self.entries.append(entry)
        return entry

    def last(self, step: str, *, after: str = "") -> Entry | None:
        """Return the last entry of a step, or None if there is none after the last entry of another step."""
        for entry in reversed(self.entries):
            if entry["step"] == step:
                return entry
            if entry["step"] == after:
                return None
        return None


@dataclass
class Run:
    """What the steps share: whose key it is, what calls the cloud, and what was asked for."""

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

    def may(self, step: str, what: str) -> bool:
        """Return whether to take a step now. If not, show it, and let no step after it be taken."""
        is_meant = step in self.options.yes
        if self.shown and is_meant:
            raise StopError(f"{step}: {self.shown} comes before it, and is only shown: add --yes {self.shown}")
        if step in WRITES and not is_meant:
            self.shown = self.shown or step
        if self.shown:
            say(f"{step}: would {what}")
        return not self.shown

    def note(self, step: str, state: str, **facts: object) -> Entry:
        """Write an entry of the journal."""
        return self.journal.note({"step": step, "state": state, "user": self.user, **facts})

    def change(self, step: str, what: str, call: Callable[[], None], holds: Callable[[], bool] = lambda: True) -> None:
        """Change something if that may be: a change that can be repeated, since it sets a state."""
        if self.may(step, what):
            self.note(step, "begun", what=what)
            call()
            if not until(holds, self.options.wait_at_most):
                raise StopError(f"{step}: the service accepted it, but doesn't show it yet: run the same command again")
            self.note(step, "done", what=what)
            say(f"{step}: done: {what}")

    def leaked(self, step: str) -> Key | None:
        """Return the leaked key as it is now; if it is deleted, say so, and return None."""
        found = next((key for key in self.cloud.keys(self.user) if key.key_id == self.key_id), None)
        if found is None:
            say(f"{step}: {self.key_id} is deleted")
        return found


def deactivate(run: Run) -> None:
    """Deactivate the leaked key."""
    if (key := run.leaked("deactivate")) and not key.is_active:
        say(f"deactivate: {run.key_id} is inactive")
    elif key:
        run.change("deactivate", f"deactivate {run.key_id}", lambda: run.cloud.deactivate(run.user, run.key_id))


def watch(run: Run) -> None:
    """Watch the last use of the leaked key, from where an earlier run began."""
    if not run.leaked("watch") or not run.may("watch", f"watch the last use for {run.options.watch:g} seconds"):
        return
    used = run.cloud.last_used(run.user, run.key_id)
    # What was read before the key was deactivated says nothing of the time between.
    begun = run.journal.last("watch", after="deactivate")
    if begun is None or begun["state"] != "begun":
        begun = run.note("watch", "begun", last_used=used)
    passed = datetime.now(UTC) - datetime.fromisoformat(begun["at"])
    if (left := run.options.watch - passed.total_seconds()) > 0:
        time.sleep(left)
        used = run.cloud.last_used(run.user, run.key_id)
    if used != begun["last_used"]:
        run.note("watch", "moved", last_used=used)
        raise StopError(f"watch: {run.key_id} was used at {used}: find out who still uses it, and watch again")
    say(f"watch: done: {run.key_id} was not used since {begun['at']}, as far as the cloud reports it")


def delete(run: Run) -> None:
    """Delete the leaked key, if it is inactive."""
    if (key := run.leaked("delete")) and key.is_active and not run.shown:
        raise StopError(f"delete: {run.key_id} is active: deactivate it first")
    if key:
        run.change("delete", f"delete {run.key_id} for good", lambda: run.cloud.delete(run.user, run.key_id))


def mark(run: Run) -> None:
    """Mark the leak as handled, and look whether the list shows it."""
    leaks, how = run.leaks, run.options.how
    listed = leaks.listed(run.key_id) if leaks else {}
    found = [leak for leak in listed if run.options.leak in {None, leak}]
    if leaks is None or len(found) != 1:
        raise StopError(f"mark: of the leaks {sorted(listed)} one must be chosen: give it as --leak")
    leak = found[0]
    if listed[leak] == how:
        say(f"mark: leak {leak} is marked as {how}")
        return
    if run.user and not run.shown and (key := run.leaked("mark")) and key.is_active:
        say(f"mark: {run.key_id} is still active, and no mark disables it, whatever its name")
    run.change(
        "mark",
        f"mark leak {leak} as {how}",
        lambda: leaks.mark(leak, how),
        lambda: leaks.listed(run.key_id).get(leak) == how,
    )

"""List the access keys of all users of many accounts of Alibaba Cloud and Huawei Cloud, the oldest first.

    python audit_access_keys.py accounts.toml --older-than 90 --active-only
    python audit_access_keys.py accounts.toml --unused-for 90 --format csv --state audit.state > keys.csv

`accounts.toml` has a table for each account:

    [shop]
    cloud = "alibaba"
    region = "cn-hangzhou"
    credentials = ["SHOP_AK", "SHOP_SK"]

    [bank]
    cloud = "huawei"
    region = "cn-north-4"
    domain_id = "5a1f0c8e2d7b4639a0c1d2e3f4a5b6c7"

`credentials` names the environment variables that have the ID, the secret, and for a temporary key the security token.
Without it, the access key is found where the vendor's tools look.

An account that fails is reported, and the others go on. A user who is deleted during the run is reported too, and so is
the owner of an access key that is. Everything is printed at the end. With `--state`, what is known goes into a file:
after an interruption (Ctrl-C, SIGTERM), after `kill -9`, or after a failure, run the program again with the same
arguments, and it looks only at users who aren't in the file. It deletes the file when all is complete. Run one at a
time.

Alibaba Cloud doesn't list the access keys of the account itself (the root user): look for them in its console.

Exit status: 0 when all accounts are complete, 1 when some aren't, 2 when the arguments or one of the files are wrong,
130 when interrupted.
"""
# /// script
# requires-python = ">=3.11"
# dependencies = ["cloudkeys", "rich>=14"]
# ///

import argparse
import asyncio
import contextlib
import csv
import json
import os
import signal
import sys
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

import cloudkeys
from cloudkeys.errors import NotFoundError
from cloudkeys.runtime.redaction import printable

Client: TypeAlias = cloudkeys.AsyncAlibaba | cloudkeys.AsyncHuawei
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
ANY_TIME = datetime.max.replace(tzinfo=UTC)
RETRY = cloudkeys.RetryPolicy(attempts=8)
"""More patient than the default, since nobody waits for a single call here."""
FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet take a text for a formula; the last four are full-width."""


class Account(msgspec.Struct, forbid_unknown_fields=True):
    """What the file says about an account."""

    cloud: Literal["alibaba", "huawei"]
    region: str | None = None
    domain_id: str | None = None
    credentials: Annotated[list[str], msgspec.Meta(min_length=2, max_length=3)] | None = None

    def client(self, base_url: str | None, connections: cloudkeys.Connections) -> Client:
        """Return a client of the account."""
        settings: dict[str, Any] = {"region": self.region, "base_url": base_url, "connections": connections}
        if self.credentials:
            settings["credentials"] = cloudkeys.AccessKey(*map(variable, self.credentials))
        if self.cloud == "alibaba":
            return cloudkeys.AsyncAlibaba(retry=RETRY, **settings)
        return cloudkeys.AsyncHuawei(retry=RETRY, domain_id=self.domain_id, **settings)


def variable(name: str) -> str:
    """Return the value of an environment variable."""
    if not os.environ.get(name):
        raise ValueError(f"there is no environment variable {name}")
    return os.environ[name]


class Key(msgspec.Struct):
    """An access key; without a last use, it was never used."""

    access_key_id: str
    status: str
    created_at: Moment
    last_used_at: Moment | None


class User(msgspec.Struct):
    """A user whose access keys are known: a line of the state file."""

    account: str
    cloud: str
    user_id: str
    user_name: str
    keys: list[Key]


async def users_of(client: Client) -> dict[str, str]:
    """Return the names of all users, by what names them in calls."""
    if isinstance(client, cloudkeys.AsyncHuawei):
        return {user.user_id: user.user_name async for user in client.iam_v5.list_users(limit=200)}
    names = [user.user_principal_name or "" async for user in client.ims.list_users()]
    return dict(zip(names, names, strict=True))


async def keys_of(client: Client, user_id: str) -> list[Key]:
    """Return the access keys of a user."""
    keys: list[Key] = []
    if isinstance(client, cloudkeys.AsyncHuawei):
        async for key in client.iam_v5.list_access_keys(user_id):
            use = (await client.iam_v5.show_access_key_last_used(user_id, key.access_key_id)).access_key_last_used
            keys.append(new_key(key.access_key_id, key.status, key.created_at, use and use.last_used_at))
        return keys
    listed = (await client.ims.list_access_keys(user_id)).access_keys
    for pair in (listed and listed.access_key) or []:
        last = (await client.ims.get_access_key_last_used(user_id, pair.access_key_id or "")).access_key_last_used
        keys.append(new_key(pair.access_key_id, pair.status, pair.create_date, last and last.last_used_date))
    return keys


def new_key(access_key_id: object, status: object, created_at: object, last_used_at: object) -> Key:
    """Return an access key, of which Alibaba Cloud sends times as texts, and an empty one for never."""
    values = access_key_id, str(status or "unknown").lower(), created_at, last_used_at or None
    return msgspec.convert(dict(zip(Key.__struct_fields__, values, strict=True)), Key)


class State:
    """The users whose access keys are known; in a file too, if one is given."""

    def __init__(self, path: Path | None, accounts: Collection[str]) -> None:
        """Read what the file has on the accounts."""
        content, beginning = path.read_bytes() if path and path.exists() else b"", b'{"account":'
        if content[: len(beginning)] != beginning[: len(content)]:
            raise ValueError(f"{path} isn't a state file of this program")
        whole = content[: content.rfind(b"\n") + 1]
        users = (msgspec.json.decode(line, type=User) for line in whole.splitlines())
        self.users = [user for user in users if user.account in accounts]
        if path and whole != content:  # killed, the program had written its last line by half
            os.truncate(path, len(whole))
        self.file = os.fdopen(os.open(path or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def add(self, user: User) -> None:
        """Add a user. No other task runs in between, since nothing is awaited here."""
        self.file.write(msgspec.json.encode(user) + b"\n")
        self.file.flush()
        self.users.append(user)


class Audit:
    """The work: what is known, what failed, and how far it is."""

    def __init__(self, count: int, state: State, at_once: int, bar: Progress) -> None:
        """Set up the work; nothing is sent yet."""
        self.count, self.state, self.at_once, self.bar = count, state, at_once, bar
        self.seats = asyncio.Semaphore(at_once)
        self.known = {(user.account, user.user_id) for user in state.users}
        self.task, self.total, self.done, self.failures = bar.add_task("", total=None), 0, 0, 0

    async def account(self, name: str, client: Client) -> None:
        """Audit the users of an account. An error ends the audit, unless it is about a single user."""
        try:
            async with self.seats:
                users = await users_of(client)
            self.total += len(users)
            self.bar.update(self.task, total=self.total)
            remaining = iter(users.items())
            async with asyncio.TaskGroup() as group:
                for _ in range(self.at_once):
                    group.create_task(self.users(name, client, remaining))
        except* cloudkeys.CloudkeysError as errors:
            self.fail(name, first_of(errors))
        else:
            self.done += 1
            if self.bar.disable:
                print(f"audit_access_keys: {self.done} of {self.count} accounts are done", file=sys.stderr)

    async def users(self, name: str, client: Client, remaining: Iterator[tuple[str, str]]) -> None:
        """Look at users who remain, one after the other; other tasks take from the same ones."""
        cloud = "huawei" if isinstance(client, cloudkeys.AsyncHuawei) else "alibaba"
        for user_id, user_name in remaining:
            if (name, user_id) not in self.known:
                try:
                    async with self.seats:
                        keys = await keys_of(client, user_id)
                    self.state.add(User(name, cloud, user_id, user_name, keys))
                except (NotFoundError, msgspec.ValidationError) as error:
                    self.fail(f"{name}: user {user_id}", error)
            self.bar.advance(self.task)

    def fail(self, what: str, error: BaseException) -> None:
        """Report an error, and count it."""
        self.failures += 1
        print(f"audit_access_keys: account {printable(what)}: {error}", file=sys.stderr)


def first_of(error: BaseException) -> BaseException:
    """Return the first error of a group, which may be a group again, or the error itself."""
    return first_of(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def audit(clients: dict[str, Client], connections: cloudkeys.Connections, state: State, at_once: int) -> int:
    """Look at all users of all accounts who aren't known yet, and return how much failed."""
    columns, console = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()), Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_interactive) as bar:
        work = Audit(len(clients), state, at_once, bar)
        async with contextlib.aclosing(connections), asyncio.TaskGroup() as group:
            for name, client in clients.items():
                group.create_task(work.account(name, client))
    return work.failures


def print_table(found: Iterable[tuple[User, Key]]) -> None:
    """Print access keys for people: nothing that a service sent can steer the terminal."""
    rows: list[tuple[str, ...]] = [("ACCOUNT", "USER", "ACCESS KEY", "STATUS", "CREATED", "LAST USED")]
    for user, key in found:
        texts = user.account, user.user_name, key.access_key_id, key.status
        used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never"
        rows.append((*map(printable, texts), f"{key.created_at:%Y-%m-%d}", used))
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        # str.ljust would count a Chinese character as one cell of the two that it takes.
        padded = (text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def fields(user: User, key: Key) -> dict[str, str | None]:
    """Return what programs get of an access key."""
    both: dict[str, str | None] = {**msgspec.to_builtins(user), **msgspec.to_builtins(key)}
    del both["keys"]
    return both


def print_jsonl(found: Iterable[tuple[User, Key]]) -> None:
    """Print access keys as JSON lines."""
    for user, key in found:
        print(json.dumps(fields(user, key)))


def print_csv(found: Iterable[tuple[User, Key]]) -> None:
    """Print access keys as CSV, in which a spreadsheet takes nothing for a formula."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*User.__struct_fields__[:-1], *Key.__struct_fields__])
    for user, key in found:
        texts = [printable(value or "") for value in fields(user, key).values()]
        writer.writerow([f"'{text}" if text.lstrip().startswith(FORMULA) else text for text in texts])


FORMATS = {"table": print_table, "jsonl": print_jsonl, "csv": print_csv}


def days_ago(text: str) -> datetime:
    """Return the moment that is so many days ago."""
    try:
        return datetime.now(UTC) - timedelta(days=int(text))
    except OverflowError:
        raise argparse.ArgumentTypeError("too many days") from None


def arguments() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    parser = argparse.ArgumentParser(description="List the access keys of all users of many accounts.")
    parser.add_argument("--base-url", help="where to send requests in place of the regions, such as to a fake cloud")
    parser.add_argument("--format", choices=FORMATS, default="table", help="what to print (default: %(default)s)")
    parser.add_argument("--at-once", type=int, default=4, help="how many calls at a time (default: %(default)s)")
    parser.add_argument("--state", type=Path, help="a file for what is known, from which another run goes on")
    for option, what in (("--older-than", "creation"), ("--unused-for", "last use, or else creation,")):
        text = f"only access keys whose {what} is longer ago"
        parser.add_argument(option, type=days_ago, default=ANY_TIME, metavar="DAYS", help=text)
    parser.add_argument("--active-only", action="store_true", help="no access keys that are inactive")
    parser.add_argument("accounts", type=Path, help="a TOML file with the accounts")
    return parser


def chosen(users: Iterable[User], options: argparse.Namespace) -> list[tuple[User, Key]]:
    """Return the access keys that were asked for, the oldest first."""
    found = [
        (user, key)
        for user in users
        for key in user.keys
        if key.created_at < options.older_than
        and (key.last_used_at or key.created_at) < options.unused_for
        and not (options.active_only and key.status == "inactive")
    ]
    return sorted(found, key=lambda pair: pair[1].created_at)


def main() -> int:
    """List the access keys, and return the exit status."""
    parser = arguments()
    options = parser.parse_args()
    connections = cloudkeys.Connections()
    try:
        accounts = msgspec.toml.decode(options.accounts.read_bytes(), type=dict[str, Account])
        clients = {name: account.client(options.base_url, connections) for name, account in accounts.items()}
        state = State(options.state, clients)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        parser.error(str(error))
    if state.users:
        print(f"audit_access_keys: {len(state.users)} users are in {options.state} already", file=sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # as Ctrl-C does
    status = 1
    try:
        with state.file:
            failures = asyncio.run(audit(clients, connections, state, max(1, options.at_once)))
        FORMATS[options.format](chosen(state.users, options))
        sys.stdout.flush()
        status = 1 if failures else 0
    except* KeyboardInterrupt:
        hint = "; run it again to go on" if options.state else ""
        print(f"audit_access_keys: interrupted{hint}", file=sys.stderr)
        status = 130
    except* BrokenPipeError:
        # Who reads this, `head` for example, has enough. Without a place to write to, Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except* OSError as errors:
        print(f"audit_access_keys: {first_of(errors)}", file=sys.stderr)
    if status == 0 and options.state:
        options.state.unlink()
    return status


if __name__ == "__main__":
    sys.exit(main())

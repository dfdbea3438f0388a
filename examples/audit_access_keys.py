"""List the access keys of all users of many accounts of Alibaba Cloud and Huawei Cloud, the oldest first.

    python audit_access_keys.py accounts.toml --older-than 90 --active-only
    python audit_access_keys.py accounts.toml --unused-for 90 --format csv --state audit.state > keys.csv

`accounts.toml` contains a table per account:

    [shop]
    cloud = "alibaba"
    region = "cn-hangzhou"
    credentials = ["SHOP_AK", "SHOP_SK"]

    [bank]
    cloud = "huawei"
    region = "cn-north-4"
    domain_id = "5a1f0c8e2d7b4639a0c1d2e3f4a5b6c7"

`credentials` names the environment variables with the ID, the secret and, for a temporary key, the security token.
Without it, the program looks for the access key where the vendor's tools do.

If an account fails, the program reports it and continues with the others. It also reports users who are deleted, or
lose an access key, during the run. It prints the result at the end. With `--state`, it saves users to a file as it
goes. After an interruption (Ctrl-C, SIGTERM), `kill -9` or a failure, run the same command again to continue with the
remaining users. The program deletes the file once all accounts are complete. Don't run two at a time.

Alibaba Cloud doesn't list the access keys of the root user. Check them in the console.

Exit status: 0 if all accounts are complete, 1 if not, 2 if the arguments or a file are wrong, 130 if interrupted.
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
"""More attempts than by default, since nobody is waiting for a single call."""
FORMULA_PREFIXES = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""Characters that begin a formula in a spreadsheet; the last four are full-width."""


class Account(msgspec.Struct, forbid_unknown_fields=True):
    """The settings of an account."""

    cloud: Literal["alibaba", "huawei"]
    region: str | None = None
    domain_id: str | None = None
    credentials: Annotated[list[str], msgspec.Meta(min_length=2, max_length=3)] | None = None

    def client(self, base_url: str | None, connections: cloudkeys.Connections) -> Client:
        """Return a client of the account."""
        settings: dict[str, Any] = {"region": self.region, "base_url": base_url, "connections": connections}
        if self.credentials:
            settings["credentials"] = cloudkeys.AccessKey(*map(read_variable, self.credentials))
        if self.cloud == "alibaba":
            return cloudkeys.AsyncAlibaba(retry=RETRY, **settings)
        return cloudkeys.AsyncHuawei(retry=RETRY, domain_id=self.domain_id, **settings)


def read_variable(name: str) -> str:
    """Return the value of an environment variable; raise a ValueError if it is missing."""
    if not os.environ.get(name):
        raise ValueError(f"the environment variable {name} is not set")
    return os.environ[name]


class Key(msgspec.Struct):
    """An access key; the last use is None if it was never used."""

    access_key_id: str
    status: str
    created_at: Moment
    last_used_at: Moment | None


class User(msgspec.Struct):
    """A user with all access keys: a line of the state file."""

    account: str
    cloud: str
    user_id: str
    user_name: str
    keys: list[Key]


async def list_users(client: Client) -> dict[str, str]:
    """Return the names of all users, by the ID that calls expect."""
    if isinstance(client, cloudkeys.AsyncHuawei):
        return {user.user_id: user.user_name async for user in client.iam_v5.list_users(limit=200)}
    names = [user.user_principal_name or "" async for user in client.ims.list_users()]
    return dict(zip(names, names, strict=True))


async def list_keys(client: Client, user_id: str) -> list[Key]:
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
    """Return an access key. Alibaba Cloud sends times as text, and an empty one for never."""
    values = access_key_id, str(status or "unknown").lower(), created_at, last_used_at or None
    return msgspec.convert(dict(zip(Key.__struct_fields__, values, strict=True)), Key)


class State:
    """The users audited so far, also saved to a file if there is a path."""

    def __init__(self, path: Path | None, accounts: Collection[str]) -> None:
        """Read the users of the accounts from the file."""
        content, beginning = path.read_bytes() if path and path.exists() else b"", b'{"account":'
        if content[: len(beginning)] != beginning[: len(content)]:
            raise ValueError(f"{path} isn't a state file of this program")
        whole = content[: content.rfind(b"\n") + 1]
        users = (msgspec.json.decode(line, type=User) for line in whole.splitlines())
        self.users = [user for user in users if user.account in accounts]
        if path and whole != content:  # a kill cut off the last line
            os.truncate(path, len(whole))
        self.file = os.fdopen(os.open(path or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def add(self, user: User) -> None:
        """Add a user. There is no `await`, so no other task can run in between."""
        self.file.write(msgspec.json.encode(user) + b"\n")
        self.file.flush()
        self.users.append(user)


class Audit:
    """Lists the access keys of all accounts, and counts what is done and what failed."""

    def __init__(self, count: int, state: State, at_once: int, bar: Progress) -> None:
        """Prepare the audit; nothing is sent yet."""
        self.count, self.state, self.at_once, self.bar = count, state, at_once, bar
        self.slots = asyncio.Semaphore(at_once)
        self.known = {(user.account, user.user_id) for user in state.users}
        self.task, self.total, self.done, self.failures = bar.add_task("", total=None), 0, 0, 0

    async def audit_account(self, name: str, client: Client) -> None:
        """Audit the users of an account. An error stops this, unless it concerns a single user."""
        try:
            async with self.slots:
                users = await list_users(client)
            self.total += len(users)
            self.bar.update(self.task, total=self.total)
            remaining = iter(users.items())
            async with asyncio.TaskGroup() as group:
                for _ in range(self.at_once):
                    group.create_task(self.audit_users(name, client, remaining))
        except* cloudkeys.CloudkeysError as errors:
            self.fail(name, first_error(errors))
        else:
            self.done += 1
            if self.bar.disable:
                print(f"audit_access_keys: {self.done} of {self.count} accounts are done", file=sys.stderr)

    async def audit_users(self, name: str, client: Client, remaining: Iterator[tuple[str, str]]) -> None:
        """Audit one user after another from an iterator that several tasks share."""
        cloud = "huawei" if isinstance(client, cloudkeys.AsyncHuawei) else "alibaba"
        for user_id, user_name in remaining:
            if (name, user_id) not in self.known:
                try:
                    async with self.slots:
                        keys = await list_keys(client, user_id)
                    self.state.add(User(name, cloud, user_id, user_name, keys))
                except (NotFoundError, msgspec.ValidationError) as error:
                    self.fail(f"{name}: user {user_id}", error)
            self.bar.advance(self.task)

    def fail(self, what: str, error: BaseException) -> None:
        """Report an error, and count it."""
        self.failures += 1
        print(f"audit_access_keys: account {printable(what)}: {error}", file=sys.stderr)


def first_error(error: BaseException) -> BaseException:
    """Return the first error of a group, which may be nested, or the error itself."""
    return first_error(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def audit(clients: dict[str, Client], connections: cloudkeys.Connections, state: State, at_once: int) -> int:
    """Audit the remaining users of all accounts, and return the number of failures."""
    columns, console = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()), Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_interactive) as bar:
        work = Audit(len(clients), state, at_once, bar)
        async with contextlib.aclosing(connections), asyncio.TaskGroup() as group:
            for name, client in clients.items():
                group.create_task(work.audit_account(name, client))
    return work.failures


def print_table(found: Iterable[tuple[User, Key]]) -> None:
    """Print access keys as a table, with control characters escaped."""
    rows: list[tuple[str, ...]] = [("ACCOUNT", "USER", "ACCESS KEY", "STATUS", "CREATED", "LAST USED")]
    for user, key in found:
        texts = user.account, user.user_name, key.access_key_id, key.status
        used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never"
        rows.append((*map(printable, texts), f"{key.created_at:%Y-%m-%d}", used))
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        # str.ljust counts a Chinese character as one cell, but it takes two.
        padded = (text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def fields(user: User, key: Key) -> dict[str, str | None]:
    """Return the fields of an access key and its user."""
    both: dict[str, str | None] = {**msgspec.to_builtins(user), **msgspec.to_builtins(key)}
    del both["keys"]
    return both


def print_jsonl(found: Iterable[tuple[User, Key]]) -> None:
    """Print access keys as JSON lines."""
    for user, key in found:
        print(json.dumps(fields(user, key)))


def print_csv(found: Iterable[tuple[User, Key]]) -> None:
    """Print access keys as CSV; a spreadsheet runs no value as a formula."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*User.__struct_fields__[:-1], *Key.__struct_fields__])
    for user, key in found:
        texts = [printable(value or "") for value in fields(user, key).values()]
        writer.writerow([f"'{text}" if text.lstrip().startswith(FORMULA_PREFIXES) else text for text in texts])


FORMATS = {"table": print_table, "jsonl": print_jsonl, "csv": print_csv}


def days_ago(text: str) -> datetime:
    """Return the time a number of days ago."""
    try:
        return datetime.now(UTC) - timedelta(days=int(text))
    except OverflowError:
        raise argparse.ArgumentTypeError("too many days") from None


def argument_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description="List the access keys of all users of many accounts.")
    parser.add_argument("--base-url", help="the address to send requests to, such as that of a fake cloud")
    parser.add_argument("--format", choices=FORMATS, default="table", help="the output format (default: %(default)s)")
    parser.add_argument("--at-once", type=int, default=4, help="the most concurrent calls (default: %(default)s)")
    parser.add_argument("--state", type=Path, help="the file that saves users, so that another run can continue")
    for option, what in (("--older-than", "created"), ("--unused-for", "last used, or created if never used,")):
        text = f"only access keys {what} more than this many days ago"
        parser.add_argument(option, type=days_ago, default=ANY_TIME, metavar="DAYS", help=text)
    parser.add_argument("--active-only", action="store_true", help="no inactive access keys")
    parser.add_argument("accounts", type=Path, help="a TOML file with the accounts")
    return parser


def filter_keys(users: Iterable[User], options: argparse.Namespace) -> list[tuple[User, Key]]:
    """Return the access keys that match the options, the oldest first."""
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
    parser = argument_parser()
    options = parser.parse_args()
    connections = cloudkeys.Connections()
    try:
        accounts = msgspec.toml.decode(options.accounts.read_bytes(), type=dict[str, Account])
        clients = {name: account.client(options.base_url, connections) for name, account in accounts.items()}
        state = State(options.state, clients)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        parser.error(str(error))
    if state.users:
        print(f"audit_access_keys: continuing after {len(state.users)} users in {options.state}", file=sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # handle it like Ctrl-C
    status = 1
    try:
        with state.file:
            failures = asyncio.run(audit(clients, connections, state, max(1, options.at_once)))
        FORMATS[options.format](filter_keys(state.users, options))
        sys.stdout.flush()
        status = 1 if failures else 0
    except* KeyboardInterrupt:
        hint = "; run the same command again to continue" if options.state else ""
        print(f"audit_access_keys: interrupted{hint}", file=sys.stderr)
        status = 130
    except* BrokenPipeError:
        # The reader, such as `head`, has closed the pipe. Python would report an error when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except* OSError as errors:
        print(f"audit_access_keys: {first_error(errors)}", file=sys.stderr)
    if status == 0 and options.state:
        options.state.unlink()
    return status


if __name__ == "__main__":
    sys.exit(main())

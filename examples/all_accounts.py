"""Write the leaks of many member accounts to a file, as JSON lines; an interrupted run can be continued.

    python all_accounts.py --region cn-hangzhou accounts.txt leaks.jsonl

`accounts.txt` contains an account ID per line. The program lists a few accounts at a time. If one fails, the program
reports it and continues with the others. After an interruption (Ctrl-C, SIGTERM), a kill or a failure, run the same
command again. `leaks.jsonl.state` records the position in each account and the size of the output up to there. The next
run cuts off the rest of the output, so that it contains each leak exactly once. Don't run two at a time.

Exit status: 0 if all accounts are complete, 1 if not, 2 if the arguments or the state file are wrong, 130 if
interrupted.
"""
# /// script
# requires-python = ">=3.11"
# dependencies = ["cloudkeys", "rich>=14"]
# ///

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

import cloudkeys
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak


class State(msgspec.Struct):
    """The valid size of the output in bytes, and the position in each account begun; None if it is done."""

    written: int = 0
    positions: dict[str, str | None] = {}


class Output:
    """The file of leaks, next to its state file."""

    def __init__(self, path: Path) -> None:
        """Open both files, and cut the output off where the state was last saved."""
        self.state_path = path.with_name(f"{path.name}.state")
        is_begun = self.state_path.exists()
        self.state = msgspec.json.decode(self.state_path.read_bytes(), type=State) if is_begun else State()
        size = path.stat().st_size if path.exists() else 0
        if size < self.state.written or (size > 0 and not is_begun):
            raise ValueError(f"{path} doesn't belong to {self.state_path}")
        self.file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        self.file.truncate(self.file.seek(self.state.written))
        self.save()

    def add(self, account: str, page: cloudkeys.Page[AccessKeyLeak]) -> None:
        """Write a page of leaks. There is no `await`, so no other task can run in between."""
        self.file.seek(self.state.written)  # an earlier page may have been cut off by a full disk
        for leak in page.items:
            self.file.write(json.dumps({"Account": account, **msgspec.to_builtins(leak)}).encode() + b"\n")
        self.state.written, self.state.positions[account] = self.file.tell(), page.position
        if time.monotonic() > self.saved_at + 1:
            self.save()

    def save(self) -> None:
        """Flush the output, then replace the state file."""
        self.file.flush()
        os.fsync(self.file.fileno())
        # mkstemp creates a file that only its owner can read.
        handle, name = tempfile.mkstemp(dir=self.state_path.parent, prefix=self.state_path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(self.state))
                file.flush()
                os.fsync(handle)
            Path(name).replace(self.state_path)
        except OSError:
            Path(name).unlink()
            raise
        self.saved_at = time.monotonic()


async def collect(alibaba: cloudkeys.AsyncAlibaba, accounts: list[str], output: Output, at_once: int) -> int:
    """Write the leaks of the remaining accounts, and return how many accounts failed."""
    loop, this = asyncio.get_running_loop(), asyncio.current_task()
    if this is not None:  # asyncio does the same on Ctrl-C
        signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(this.cancel))
    state, slots, console = output.state, asyncio.Semaphore(at_once), Console(stderr=True)
    done = {account for account in accounts if state.positions.get(account, "") is None}
    columns = BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    failed = 0

    async def write_account(account: str) -> None:
        nonlocal failed
        async with slots:
            try:
                leaks = alibaba.sas.describe_accesskey_leak_list(
                    resource_directory_account_id=int(account), resume=state.positions.get(account)
                )
                async for page in leaks.pages():
                    output.add(account, page)
            except cloudkeys.CloudkeysError as error:
                failed += 1
                print(f"all_accounts: account {account}: {error}", file=sys.stderr)
                return
        done.add(account)
        bar.update(task, completed=len(done))
        if bar.disable:
            print(f"all_accounts: {len(done)} of {len(accounts)} accounts are done", file=sys.stderr)

    with Progress(*columns, console=console, disable=not console.is_interactive) as bar:
        task = bar.add_task("", total=len(accounts), completed=len(done))
        try:
            async with alibaba, asyncio.TaskGroup() as group:
                for account in accounts:
                    if account not in done:
                        group.create_task(write_account(account))
        finally:
            output.save()
    return failed


def main() -> int:
    """Write the leaks, and return the exit status."""
    parser = argparse.ArgumentParser(description="Write the leaks of many accounts to a file, as JSON lines.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="the region's ID, such as cn-hangzhou")
    where.add_argument("--base-url", help="the address to send requests to, such as that of a fake cloud")
    parser.add_argument("--at-once", type=int, default=8, help="the most concurrent accounts (default: %(default)s)")
    parser.add_argument("accounts", type=Path, help="a file with the ID of a member account per line")
    parser.add_argument("output", type=Path, help="the file to write")
    options = parser.parse_args()
    try:
        accounts = list(dict.fromkeys(str(int(line)) for line in options.accounts.read_text().split()))
        alibaba = cloudkeys.AsyncAlibaba(region=options.region, base_url=options.base_url)
        output = Output(options.output)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        parser.error(str(error))
    status = 1
    try:
        with output.file:
            status = 1 if asyncio.run(collect(alibaba, accounts, output, max(1, options.at_once))) else 0
    except* (KeyboardInterrupt, asyncio.CancelledError):
        print("all_accounts: interrupted; run the same command again to continue", file=sys.stderr)
        status = 130
    except* OSError as group:
        print(f"all_accounts: {group.exceptions[0]}", file=sys.stderr)
    if status == 0:
        output.state_path.unlink()
    return status


if __name__ == "__main__":
    sys.exit(main())

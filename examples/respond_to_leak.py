"""Respond to a leaked access key of Alibaba Cloud or Huawei Cloud: find its owner, replace it, and disable it.

    python respond_to_leak.py alibaba --region cn-hangzhou LTAIEXAMPLE
    python respond_to_leak.py huawei --region cn-north-4 --secret billing EXAMPLE replace wait deactivate --yes replace

First, the program shows where the key was found, its owner, and when each of the owner's keys was last used. Then it
takes the steps you list, always in this order:

    replace     create a new key for the user, and store it as a new version of a CSMS secret or in a new file
    wait        until the cloud accepts requests signed with the new key
    deactivate  the leaked key; it can be activated again
    watch       for new uses of the leaked key; the clouds may report a use hours later
    delete      the leaked key permanently, if it is inactive
    mark        the leak as handled in Security Center (Alibaba Cloud only)

wait and watch change nothing. Each other step is only shown, as are all steps after it, unless you confirm it with
`--yes STEP`. If the user already has two keys, `replace` stops; it doesn't delete one. If the response to the creation
of a key is lost, or the key can't be stored, its secret is lost. The next run shows that key, and deletes it only with
`--yes discard`.

The journal records the steps begun and done, but no secret. After an error, an interruption (Ctrl-C, SIGTERM) or a
kill, run the same command again in the same folder: it continues, and repeats nothing. Don't run two at a time. The
program looks for credentials where the vendors' tools do. It refuses to use the leaked key.

Exit status: 0 if every step was done or shown, 1 if not, 2 if the arguments or the journal are wrong, 130 if
interrupted.
"""

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import cloudkeys
from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.errors import CloudkeysError
from cloudkeys.runtime.redaction import printable
from respond_clouds import AlibabaKeys, HuaweiKeys, Keys, Leaks, StopError
from respond_replace import CsmsStore, FileStore, Replacement, Store
from respond_steps import WRITES, Journal, Run, deactivate, delete, mark, say, watch

STEPS = ("replace", "wait", "deactivate", "watch", "delete", "mark")
MAX_LEAKS = 10  # whose details are shown
NO_OWNER = (
    "no user has this key. It was deleted, belongs to another account, or is the root key of the account, which can "
    "only be replaced in the console"
)


def matches(pattern: str) -> Callable[[str], str]:
    """Return a type for argparse that accepts only texts that match a pattern."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(f"{text!r} isn't {pattern}")
        return text

    return check


def parse_arguments() -> argparse.Namespace:
    """Return the arguments of the program."""
    parser = argparse.ArgumentParser(description="Respond to a leaked access key: replace it, and disable it.")
    add = parser.add_argument
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="the region's ID, such as cn-hangzhou or cn-north-4")
    where.add_argument("--base-url", help="the address to send requests to, such as that of a fake cloud")
    new = parser.add_mutually_exclusive_group()
    new.add_argument("--secret", metavar="NAME", help="the CSMS secret to store the new key in")
    new.add_argument("--secret-file", metavar="PATH", type=Path, help="the file to create for the new key")
    add("--project-id", help="the project of the secret (default: the project found with the access key)")
    add("--secret-region", metavar="REGION", help="the region of the secret, for a key of Alibaba Cloud")
    add("--journal", metavar="FILE", type=Path, help="the journal (default: KEY.journal in this folder)")
    add("--leak", metavar="ID", type=int, help="the leak to mark, if the key has several")
    add("--as", dest="how", choices=("manual", "disable", "add-whitelist"), help="how to mark the leak")
    add("--wait-at-most", metavar="SECONDS", type=float, default=120, help="for wait and mark (default: %(default)s)")
    add("--watch", metavar="SECONDS", type=float, default=900, help="how long to watch (default: %(default)s)")
    add("--yes", metavar="STEP", action="append", default=[], choices=WRITES, help=f"confirm: {', '.join(WRITES)}")
    add("cloud", choices=("alibaba", "huawei"))
    add("key", metavar="KEY", type=matches("[A-Za-z0-9]{1,64}"), help="the ID of the leaked access key")
    add("steps", metavar="STEP", type=matches("|".join(STEPS)), nargs="*", help=f"what to do: {', '.join(STEPS)}")
    options = parser.parse_intermixed_args()
    steps, yes = {*options.steps}, {*options.yes} - {"discard"}
    if not yes <= steps:
        parser.error(f"--yes {min(yes - steps)}: the step isn't listed")
    if steps & {"replace", "wait"} and not (options.secret or options.secret_file):
        parser.error("replace and wait need --secret or --secret-file")
    if "mark" in steps and (options.cloud != "alibaba" or not options.how):
        parser.error("mark is for alibaba, and needs --as")
    return options


def connect(options: argparse.Namespace, clients: ExitStack) -> tuple[Keys, Leaks | None, Store | None]:
    """Return the cloud of the key, its leaks, and the store of the new key."""
    url = options.base_url
    target: Store | None = FileStore(options.secret_file) if options.secret_file else None
    if options.secret:
        region = options.secret_region or options.region
        huawei = cloudkeys.Huawei(region=region, base_url=url, project_id=options.project_id)
        target = CsmsStore(clients.enter_context(huawei).csms, options.secret)
    if options.cloud == "huawei":
        return HuaweiKeys(clients.enter_context(cloudkeys.Huawei(region=options.region, base_url=url))), None, target
    alibaba = clients.enter_context(cloudkeys.Alibaba(region=options.region, base_url=url))
    return AlibabaKeys(alibaba), Leaks(alibaba), target


def check_credentials(options: argparse.Namespace) -> None:
    """Raise a StopError if the leaked key would sign requests."""
    in_use = [find_alibaba() if options.cloud == "alibaba" else find_huawei("global")[0]]
    if options.secret:
        in_use.append(find_huawei("basic")[0])
    if options.key in {key.access_key_id for key in in_use}:
        raise StopError(f"your credentials are the leaked key {options.key}: use another key")


def respond(run: Run, target: Store | None) -> None:
    """Show the leaks and the keys, and take the steps."""
    show_leaks(run)
    # A deleted key has no owner, but the journal contains the name.
    known = run.journal.entries[-1]["user"] if run.journal.entries else ""
    run.user = known or run.cloud.owner(run.key_id) or ""
    show_keys(run)
    new = Replacement(run, target)
    steps: list[Callable[[], None]] = [new.replace, new.wait]
    steps += (partial(step, run) for step in (deactivate, watch, delete, mark))
    for name, step in zip(STEPS, steps, strict=True):
        if name in run.options.steps and not run.user and name != "mark":
            raise StopError(f"{name}: {NO_OWNER}")
        if name in run.options.steps:
            step()


def show_leaks(run: Run) -> None:
    """Show where the key was found."""
    if run.leaks is None:
        return
    found = [run.options.leak] if run.options.leak else list(run.leaks.listed(run.key_id))
    say(f"leaks: {', '.join(map(str, found)) or 'none'}")
    for leak in found[:MAX_LEAKS]:
        for name, value in run.leaks.detail(run.key_id, leak).items():
            say(f"leak {leak}: {name}: {value[:300]}")


def show_keys(run: Run) -> None:
    """Show the owner of the key, and all keys of that user."""
    say(f"owner: {run.user or NO_OWNER}")
    for key in run.cloud.keys(run.user) if run.user else ():
        age = f"{(datetime.now(UTC) - key.created_at).days} days old" if key.created_at else "age unknown"
        state = f"{'leaked, ' if key.key_id == run.key_id else ''}{'active' if key.is_active else 'inactive'}"
        used = run.cloud.last_used(run.user, key.key_id) or "never"
        say(f"key {key.key_id}: {state}, {age}, last used: {used}")


def fail(reason: object, status: int) -> int:
    """Report why the run failed, and return the exit status."""
    print(f"respond_to_leak: {''.join(map(printable, str(reason)))}", file=sys.stderr)
    return status


def main() -> int:
    """Respond, and return the exit status."""
    options = parse_arguments()
    path = options.journal or Path(f"{options.key}.journal")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # handle it like Ctrl-C
    with ExitStack() as clients:
        try:
            journal = Journal(path, options.key)
            cloud, leaks, target = connect(options, clients)
        except (OSError, ValueError) as error:
            return fail(error, 2)
        try:
            check_credentials(options)
            respond(Run(options, cloud, leaks, journal), target)
        except StopError as stop:
            return fail(stop, 1)
        except BrokenPipeError:
            # The reader has closed the pipe. Python would report an error when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except (CloudkeysError, OSError, ValueError) as error:
            is_unclear = isinstance(error, CloudkeysError) and error.may_have_taken_effect
            then = "checks whether the call took effect, and continues" if is_unclear else "continues"
            return fail(f"{error}. Fix the cause and run the same command again: it {then} from {path}", 1)
        except KeyboardInterrupt:
            return fail(f"interrupted: run the same command again to continue from {path}", 130)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Respond to a leaked access key of Alibaba Cloud or Huawei Cloud: show whose it is, replace it, and put it out of use.

    python respond_to_leak.py alibaba --region cn-hangzhou LTAIEXAMPLE
    python respond_to_leak.py huawei --region cn-north-4 --secret billing EXAMPLE replace wait deactivate --yes replace

It first shows, and only reads, where the key was found, who has it, the keys of that user, and their last uses. Then
come the steps that are asked for, always in this order:

    replace     create another key for the user, and store it as a new version of a CSMS secret, or in a new file
    wait        until the cloud takes calls that are signed with the new key
    deactivate  the leaked key, which can be activated again
    watch       whether the last use of the leaked key stands still; the clouds may report a use hours later
    delete      the leaked key, if it is inactive; that is for good
    mark        the leak as handled in Security Center (Alibaba Cloud only)

A step that changes something is only shown unless `--yes` names it, and so are all steps after one that is only shown.
wait and watch change nothing. `replace` stops where the user has two keys already: it deletes none to make room. If the
response to the creation of a key is lost, or the key can't be stored, its secret is lost. The next run names that key,
and deletes it only with `--yes discard`.

The journal has what was begun and what was done, and no secret. After an error, an interruption (Ctrl-C, SIGTERM) or a
kill, run the same command again in the same folder: it continues, and does nothing twice. Run one at a time. The
program needs credentials of its own, found where the vendors' tools look: it doesn't run with the leaked key.

Exit status: 0 when each step was done or shown, 1 when one could not be, 2 when the arguments or the journal are wrong,
130 when interrupted.
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
MOST_LEAKS = 10  # whose details are shown
NO_OWNER = (
    "no user was found who has the key. It is deleted, or of another account, or the account's own (root) key, which "
    "only the account itself can replace, in the console"
)


def matching(pattern: str) -> Callable[[str], str]:
    """Return what takes an argument only if a pattern matches all of it."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(f"{text!r} isn't {pattern}")
        return text

    return check


def arguments() -> argparse.Namespace:
    """Return the arguments of the program."""
    parser = argparse.ArgumentParser(description="Respond to a leaked access key: replace it, and put it out of use.")
    add = parser.add_argument
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="the region's ID, such as cn-hangzhou or cn-north-4")
    where.add_argument("--base-url", help="where to send requests in place of the region, such as to a fake cloud")
    new = parser.add_mutually_exclusive_group()
    new.add_argument("--secret", metavar="NAME", help="the CSMS secret that gets the new key")
    new.add_argument("--secret-file", metavar="PATH", type=Path, help="the file, a new one, that gets the new key")
    add("--project-id", help="the project of the secret (default: the one that is found with the access key)")
    add("--secret-region", metavar="REGION", help="the region of the secret, for a key of Alibaba Cloud")
    add("--journal", metavar="FILE", type=Path, help="the journal (default: KEY.journal in this folder)")
    add("--leak", metavar="ID", type=int, help="which leak of the key, where there are several")
    add("--as", dest="how", choices=("manual", "disable", "add-whitelist"), help="how to mark the leak")
    add("--wait-at-most", metavar="SECONDS", type=float, default=120, help="of wait and mark (default: %(default)s)")
    add("--watch", metavar="SECONDS", type=float, default=900, help="how long to watch (default: %(default)s)")
    add("--yes", metavar="STEP", action="append", default=[], choices=WRITES, help=f"take it: {', '.join(WRITES)}")
    add("cloud", choices=("alibaba", "huawei"))
    add("key", metavar="KEY", type=matching("[A-Za-z0-9]{1,64}"), help="the ID of the leaked access key")
    add("steps", metavar="STEP", type=matching("|".join(STEPS)), nargs="*", help=f"what to do: {', '.join(STEPS)}")
    options = parser.parse_intermixed_args()
    steps, yes = {*options.steps}, {*options.yes} - {"discard"}
    if not yes <= steps:
        parser.error(f"--yes {min(yes - steps)}: the step isn't asked for")
    if steps & {"replace", "wait"} and not (options.secret or options.secret_file):
        parser.error("replace and wait need --secret or --secret-file")
    if "mark" in steps and (options.cloud != "alibaba" or not options.how):
        parser.error("mark is for alibaba, and needs --as")
    return options


def connect(options: argparse.Namespace, clients: ExitStack) -> tuple[Keys, Leaks | None, Store | None]:
    """Return what calls the cloud of the key, and where the new key goes."""
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
    """Refuse to run with the leaked key."""
    in_use = [find_alibaba() if options.cloud == "alibaba" else find_huawei("global")[0]]
    if options.secret:
        in_use.append(find_huawei("basic")[0])
    if options.key in {key.access_key_id for key in in_use}:
        raise StopError(f"the credentials that were found are the leaked key {options.key}: set others")


def respond(run: Run, target: Store | None) -> None:
    """Show what is known, and take the steps."""
    show_leaks(run)
    # A key that is deleted has no owner any more, but the journal knows who it was.
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
    say(f"leaks: {', '.join(map(str, found)) or 'none is listed'}")
    for leak in found[:MOST_LEAKS]:
        for name, value in run.leaks.detail(run.key_id, leak).items():
            say(f"leak {leak}: {name}: {value[:300]}")


def show_keys(run: Run) -> None:
    """Show who has the key, and all keys of that user."""
    say(f"owner: {run.user or NO_OWNER}")
    for key in run.cloud.keys(run.user) if run.user else ():
        days = (datetime.now(UTC) - key.made).days if key.made else "unknown"
        state = f"{'leaked, ' if key.key_id == run.key_id else ''}{'active' if key.is_active else 'inactive'}"
        used = run.cloud.last_used(run.user, key.key_id) or "never"
        say(f"key {key.key_id}: {state}, days old: {days}, last used: {used}")


def fail(reason: object, status: int) -> int:
    """Report why the run ends, and return the exit status."""
    print(f"respond_to_leak: {''.join(map(printable, str(reason)))}", file=sys.stderr)
    return status


def main() -> int:
    """Respond, and return the exit status."""
    options = arguments()
    path = options.journal or Path(f"{options.key}.journal")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a kill that can be caught ends the run as Ctrl-C does
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
            # Who reads this has enough. Without anything to write to, Python would complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except (CloudkeysError, OSError, ValueError) as error:
            is_open = isinstance(error, CloudkeysError) and error.may_have_taken_effect
            then = "looks whether the call took effect, and continues" if is_open else "continues"
            return fail(f"{error}. Remove the cause, and run the same command again: it {then} from {path}", 1)
        except KeyboardInterrupt:
            return fail(f"interrupted: run the same command again, and it continues from {path}", 130)
    return 0


if __name__ == "__main__":
    sys.exit(main())

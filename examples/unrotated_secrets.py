"""Print the secrets of a Huawei Cloud project that don't rotate, one in a row.

    python unrotated_secrets.py --region cn-north-4 --project-id 2b31ed520aaaaaaaebedb6e57bbbbbbb

A secret is printed if its rotation is off, if the service doesn't say whether it is on, or if it is on but overdue.
CSMS can't filter by that: all secrets are listed, and the program chooses. The access key is found where Huawei Cloud's
SDK looks, and so is the project's ID. The values of secrets are never asked for.

Exit status: 0 when all secrets were looked at, 1 when not, 2 when the arguments are wrong.
"""

import argparse
import os
import sys
import time

import cloudkeys
from cloudkeys.runtime.redaction import printable
from cloudkeys_api.huawei_csms.models import Secret

ROW = "{:<14}{:<12}{:<16}{}"


def problem(secret: Secret, now: float) -> str | None:
    """Return why a secret doesn't rotate, or None if it does; `now` is Unix time in milliseconds, as in the secret."""
    if not isinstance(secret.auto_rotation, bool):
        return "unknown"
    if not secret.auto_rotation:
        return "off"
    is_overdue = isinstance(secret.next_rotation_time, int) and secret.next_rotation_time < now
    return "overdue" if is_overdue else None


def text(value: object) -> str:
    """Return a field as text that can't steer the terminal; fields may be absent."""
    return printable(value) if isinstance(value, str) else "-"


def main() -> int:
    """Print the secrets, and return the exit status."""
    parser = argparse.ArgumentParser(description="Print the secrets of a project that don't rotate.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="the region's ID, such as cn-north-4")
    where.add_argument("--base-url", help="where to send requests in place of the region, such as to a fake cloud")
    parser.add_argument("--project-id", help="the project's ID (default: the one that is found with the access key)")
    options = parser.parse_args()
    try:
        huawei = cloudkeys.Huawei(region=options.region, base_url=options.base_url, project_id=options.project_id)
        secrets = huawei.csms.list_secrets(limit=200)
    except ValueError as error:
        parser.error(str(error))

    now = time.time() * 1000
    try:
        print(ROW.format("ROTATION", "TYPE", "STATE", "NAME"))
        with huawei:
            for secret in secrets:
                if why := problem(secret, now):
                    print(ROW.format(why, text(secret.secret_type), text(secret.state), text(secret.name)))
        sys.stdout.flush()
    except cloudkeys.CloudkeysError as error:
        print(f"unrotated_secrets: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Who reads this, `head` for example, has enough. Without a place to write to, Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Print the secrets of a Huawei Cloud project that don't rotate, one per line.

    python unrotated_secrets.py --region cn-north-4 --project-id 2b31ed520aaaaaaaebedb6e57bbbbbbb

A secret is printed if its rotation is off, unknown or overdue. CSMS can't filter by rotation, so the program lists all
secrets and filters them. It looks for the access key and the project ID where Huawei Cloud's SDK does. It never
requests the values of secrets.

Exit status: 0 if all secrets were checked, 1 if not, 2 if the arguments are wrong.
"""

import argparse
import os
import sys
import time

import cloudkeys
from cloudkeys.runtime.redaction import printable
from cloudkeys_api.huawei_csms.models import Secret

ROW = "{:<14}{:<12}{:<16}{}"


def rotation_problem(secret: Secret, now: float) -> str | None:
    """Return why a secret doesn't rotate, or None if it does; `now` is Unix time in milliseconds."""
    if not isinstance(secret.auto_rotation, bool):
        return "unknown"
    if not secret.auto_rotation:
        return "off"
    is_overdue = isinstance(secret.next_rotation_time, int) and secret.next_rotation_time < now
    return "overdue" if is_overdue else None


def printable_field(value: object) -> str:
    """Return a field, which may be absent, with control characters escaped."""
    return printable(value) if isinstance(value, str) else "-"


def main() -> int:
    """Print the secrets, and return the exit status."""
    parser = argparse.ArgumentParser(description="Print the secrets of a project that don't rotate.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="the region's ID, such as cn-north-4")
    where.add_argument("--base-url", help="the address to send requests to, such as that of a fake cloud")
    parser.add_argument("--project-id", help="the project ID (default: the project found with the access key)")
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
                if problem := rotation_problem(secret, now):
                    fields = map(printable_field, (secret.secret_type, secret.state, secret.name))
                    print(ROW.format(problem, *fields))
        sys.stdout.flush()
    except cloudkeys.CloudkeysError as error:
        print(f"unrotated_secrets: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader, such as `head`, has closed the pipe. Python would report an error when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

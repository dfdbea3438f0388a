"""Print the access keys of Huawei Cloud IAM users that are older than 90 days, or were never used, one in a row.

    python stale_access_keys.py --region cn-north-4 07609fb9358010e21f7bc003751c7d32 07609fb9358010e21f7bc003751c7d33

A user's access keys are listed with IAM v5, and the last use of each is fetched with IAM v3. The access key to sign
with is found where Huawei Cloud's SDK looks. A user who doesn't exist is reported on standard error, and the rest goes
on; any other error ends the program, since five wrong signatures lock an access key.

Exit status: 0 when all users were looked at, 1 when not, 2 when the arguments are wrong.
"""

import argparse
import os
import sys
from datetime import UTC, datetime, timedelta

import cloudkeys
from cloudkeys.errors import NotFoundError
from cloudkeys.runtime.redaction import printable
from cloudkeys_api.huawei_iam_v3.models import Credential

ROW = "{:<34}{:<22}{:<10}{:<12}{:<12}{}"


def reasons(key: Credential, oldest: datetime) -> list[str]:
    """Return what is wrong with an access key, if anything."""
    # Of a key that was never used, the service gives the time of its creation as its last use.
    found = {"old": key.create_time < oldest, "never used": key.last_use_time == key.create_time}
    return [reason for reason, applies in found.items() if applies]


def row(key: Credential, why: list[str]) -> str:
    """Return the row of an access key, in which nothing that the service sent can steer the terminal."""
    texts = map(printable, (key.user_id, key.access, key.status))
    used = "-" if "never used" in why else f"{key.last_use_time:%Y-%m-%d}"
    return ROW.format(*texts, f"{key.create_time:%Y-%m-%d}", used, ", ".join(why))


def main() -> int:
    """Print the access keys, and return the exit status."""
    parser = argparse.ArgumentParser(description="Print the access keys of IAM users that are old or were never used.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="the region's ID, such as cn-north-4")
    where.add_argument("--base-url", help="where to send requests in place of the region, such as to a fake cloud")
    parser.add_argument("--days", type=int, default=90, help="what is older is old (default: %(default)s)")
    parser.add_argument("user_ids", nargs="+", metavar="USER_ID", help="the ID of an IAM user")
    options = parser.parse_args()
    try:
        oldest = datetime.now(UTC) - timedelta(days=options.days)
        huawei = cloudkeys.Huawei(region=options.region, base_url=options.base_url)
        listings = {user_id: huawei.iam_v5.list_access_keys(user_id) for user_id in options.user_ids}
    except (ValueError, OverflowError) as error:
        parser.error(str(error))

    status = 0
    try:
        print(ROW.format("USER", "ACCESS KEY", "STATUS", "MADE", "LAST USED", "WHY"))
        with huawei:
            for user_id, listing in listings.items():
                try:
                    for listed in listing:
                        key = huawei.iam_v3.show_permanent_access_key(listed.access_key_id).credential
                        if why := reasons(key, oldest):
                            print(row(key, why))
                except NotFoundError as error:
                    print(f"stale_access_keys: {user_id}: {error}", file=sys.stderr)
                    status = 1
        sys.stdout.flush()
    except cloudkeys.CloudkeysError as error:
        print(f"stale_access_keys: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Who reads this, `head` for example, has enough. Without a place to write to, Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())

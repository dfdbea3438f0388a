"""Print the leaks of AccessKey pairs that were found in the last week and that nobody handled, as JSON lines.

    python unhandled_leaks.py --region cn-hangzhou | jq -r .AccesskeyId | sort -u

Security Center filters by state and by when a leak was found, so nothing is sent that isn't printed. It knows only the
beginning of a range of time. The AccessKey pair is found where Alibaba Cloud's tools look.

Exit status: 0 when all was printed, 1 when not (standard error says why), 2 when the arguments are wrong.
"""

import argparse
import json
import os
import sys
from datetime import UTC, datetime, timedelta

import msgspec

import cloudkeys


def milliseconds(text: str) -> int:
    """Return a moment, such as 2026-01-31T00:00:00Z, as a Unix time in milliseconds."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("must have a time zone")
    return round(moment.timestamp() * 1000)


def main() -> int:
    """Print the leaks, and return the exit status."""
    parser = argparse.ArgumentParser(description="Print leaks that nobody handled, as JSON lines.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="the region's ID, such as cn-hangzhou")
    where.add_argument("--base-url", help="where to send requests in place of the region, such as to a fake cloud")
    parser.add_argument(
        "--since",
        type=milliseconds,
        default=str(datetime.now(UTC) - timedelta(days=7)),
        help="leaks found after this moment, such as 2026-01-31T00:00:00Z (default: a week ago)",
    )
    options = parser.parse_args()
    try:
        alibaba = cloudkeys.Alibaba(region=options.region, base_url=options.base_url)
        leaks = alibaba.sas.describe_accesskey_leak_list(status="pending", start_ts=options.since)
    except ValueError as error:
        parser.error(str(error))

    try:
        with alibaba:
            for leak in leaks:
                # Not msgspec.json.encode: a URL may hold any character, and this escapes what steers a terminal.
                print(json.dumps(msgspec.to_builtins(leak)))
        sys.stdout.flush()
    except cloudkeys.CloudkeysError as error:
        print(f"unhandled_leaks: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Who reads this, `head` for example, has enough. Without a place to write to, Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Print last week's unhandled leaks of AccessKey pairs, as JSON lines.

    python unhandled_leaks.py --region cn-hangzhou | jq -r .AccesskeyId | sort -u

Security Center filters by state and by the time a leak was found, so the program prints everything it receives. The
time range has a beginning but no end. The program looks for the AccessKey pair where Alibaba Cloud's tools do.

Exit status: 0 if all leaks were printed, 1 if not (see standard error), 2 if the arguments are wrong.
"""

import argparse
import json
import os
import sys
from datetime import UTC, datetime, timedelta

import msgspec

import cloudkeys


def milliseconds(text: str) -> int:
    """Return a time such as 2026-01-31T00:00:00Z as Unix time in milliseconds."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("must have a time zone")
    return round(moment.timestamp() * 1000)


def main() -> int:
    """Print the leaks, and return the exit status."""
    parser = argparse.ArgumentParser(description="Print unhandled leaks as JSON lines.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="the region's ID, such as cn-hangzhou")
    where.add_argument("--base-url", help="the address to send requests to, such as that of a fake cloud")
    parser.add_argument(
        "--since",
        type=milliseconds,
        default=str(datetime.now(UTC) - timedelta(days=7)),
        help="leaks found after this time, such as 2026-01-31T00:00:00Z (default: a week ago)",
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
                # Unlike msgspec.json.encode, json.dumps escapes control characters, which a URL may contain.
                print(json.dumps(msgspec.to_builtins(leak)))
        sys.stdout.flush()
    except cloudkeys.CloudkeysError as error:
        print(f"unhandled_leaks: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader, such as `head`, has closed the pipe. Python would report an error when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Export all leaks of AccessKey pairs to a Parquet file, in constant memory.

    python export_leaks.py --region cn-hangzhou leaks.parquet
    duckdb -c "SELECT AliUserName, count(*) FROM 'leaks.parquet' GROUP BY ALL"

The program writes row groups while it lists. The file gets its name once it is complete. An export that fails or is
interrupted (Ctrl-C, SIGTERM) leaves nothing behind, and doesn't touch an earlier file.

Exit status: 0 if the file is complete, 1 if the export failed, 2 if the arguments are wrong, 130 if interrupted.
"""
# /// script
# requires-python = ">=3.11"
# dependencies = ["cloudkeys", "pyarrow>=22"]
# ///

import argparse
import itertools
import signal
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

import cloudkeys
from cloudkeys.runtime.redaction import printable
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak

TEXTS = ("AccesskeyId", "AliUserName", "Asset", "DealTime", "DealType", "Status", "Type", "Url", "UserType")
SCHEMA = pa.schema(
    [("Id", pa.int64()), ("GmtModified", pa.timestamp("ms", tz="UTC")), *((name, pa.string()) for name in TEXTS)]
)


def export(leaks: Iterable[AccessKeyLeak], path: Path, group_size: int) -> int:
    """Write leaks to a Parquet file in row groups of a size, and return how many there were."""
    remaining, count = iter(leaks), 0
    # The temporary folder is on the same file system, so that moving the file is atomic.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        unfinished = Path(folder, path.name)
        with pq.ParquetWriter(unfinished, SCHEMA, compression="zstd") as writer:
            while rows := [msgspec.to_builtins(leak) for leak in itertools.islice(remaining, group_size)]:
                writer.write_batch(pa.RecordBatch.from_pylist(rows, schema=SCHEMA))
                count += len(rows)
        unfinished.replace(path)
    return count


def main() -> int:
    """Export the leaks, and return the exit status."""
    parser = argparse.ArgumentParser(description="Export all leaks of AccessKey pairs to a Parquet file.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--region", help="the region's ID, such as cn-hangzhou")
    where.add_argument("--base-url", help="the address to send requests to, such as that of a fake cloud")
    parser.add_argument("--group-size", type=int, default=10_000, help="rows in a row group (default: %(default)s)")
    parser.add_argument("output", type=Path, help="the file to write")
    options = parser.parse_args()
    try:
        alibaba = cloudkeys.Alibaba(region=options.region, base_url=options.base_url)
        leaks = alibaba.sas.describe_accesskey_leak_list()
    except ValueError as error:
        parser.error(str(error))

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # handle it like Ctrl-C, which cleans up
    try:
        with alibaba:
            count = export(leaks, options.output, max(1, options.group_size))
    except KeyboardInterrupt:
        return 130
    except (cloudkeys.CloudkeysError, OSError, OverflowError, pa.ArrowException) as error:
        print(f"export_leaks: {printable(str(error))}", file=sys.stderr)
        return 1
    print(f"export_leaks: {count:,} leaks in {options.output}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cloudkeys
from cloudkeys.runtime.connections import Connections
from cloudkeys.testing import FakeCloud, example_leak
from cloudkeys.testing.faults import malformed, throttled
from cloudkeys.testing.http.transport import HandlerTransport
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak
from programs import load, long_list, run_here, run_with_signal

NAME = "export_leaks"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leaks.parquet"


def test_the_file_contains_all_leaks_with_their_types(fake_cloud: FakeCloud, file: Path) -> None:
    fake_cloud.leaks += [example_leak(number) for number in range(1, 251)]
    fake_cloud.leaks[0] = example_leak(1, url=None, deal_time="2021-02-03 04:05:06")
    fake_cloud.inject(throttled(retry_after=0), after=1)
    result = run_here(fake_cloud, NAME, "--group-size", 120, file)
    assert (result.status, result.out) == (0, "")
    assert "250 leaks" in result.err
    assert list(file.parent.iterdir()) == [file]
    groups = pq.ParquetFile(file).metadata
    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [120, 120, 10]
    rows = pq.read_table(file).to_pylist()
    assert [row["Id"] for row in rows] == list(range(1, 251))
    assert (rows[0]["Url"], rows[0]["DealTime"]) == (None, "2021-02-03 04:05:06")
    assert rows[1] == {
        "Id": 2,
        "GmtModified": datetime(2024, 1, 1, 0, 2, tzinfo=UTC),
        "AccesskeyId": "LTAIexample000000002",
        "AliUserName": "example-account",
        "Asset": "Cloud platform",
        "DealTime": None,
        "DealType": "pending",
        "Status": "pending",
        "Type": "AccessKey",
        "Url": "https://code.example/repository/2",
        "UserType": "ram",
    }
    assert set(load(NAME).SCHEMA.names) == set(AccessKeyLeak.__struct_encode_fields__)


@pytest.mark.parametrize("count", [0, 100])
def test_an_empty_or_full_last_group_makes_a_valid_file(fake_cloud: FakeCloud, file: Path, count: int) -> None:
    fake_cloud.leaks += [example_leak(number) for number in range(count)]
    assert run_here(fake_cloud, NAME, "--group-size", 50, file).status == 0
    assert pq.read_table(file).num_rows == count


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_export_keeps_the_earlier_file(
    fake_cloud: FakeCloud, file: Path, number: signal.Signals
) -> None:
    file.write_bytes(b"the earlier one")
    arguments = ["--group-size", 200, file]
    result = run_with_signal(fake_cloud, number, NAME, *arguments, free=10, handler=long_list(1_000_000_000))
    assert (result.status, result.out) == (130, "")
    assert "Traceback" not in result.err
    assert list(file.parent.iterdir()) == [file]
    assert file.read_bytes() == b"the earlier one"


def test_a_failed_export_leaves_nothing_behind(fake_cloud: FakeCloud, file: Path) -> None:
    fake_cloud.leaks += [example_leak(number) for number in range(1, 251)]
    fake_cloud.inject(malformed(), after=2)
    result = run_here(fake_cloud, NAME, "--group-size", 100, file)
    assert result.status == 1
    assert "DescribeAccesskeyLeakList: status 200" in result.err
    fake_cloud.leaks[:] = [example_leak(id=2**63)]  # no column can hold this
    result = run_here(fake_cloud, NAME, file)
    assert result.status == 1
    assert result.err.startswith("export_leaks: ")
    assert list(file.parent.iterdir()) == []
    result = run_here(fake_cloud, NAME, file.parent / "missing" / "leaks.parquet")
    assert result.status == 1
    assert "No such file or directory" in result.err


def test_memory_does_not_grow_with_the_number_of_leaks(file: Path) -> None:
    # Both listings fill several row groups.
    (small_blocks, small_arrow), (large_blocks, large_arrow) = (peak(count, file) for count in (6_000, 18_000))
    assert large_blocks < small_blocks + 20_000  # each leak in memory would take eight or more
    assert large_arrow < small_arrow + 1_000_000
    assert pq.read_metadata(file).num_rows == 18_000


def peak(count: int, file: Path) -> tuple[int, int]:
    """Export leaks, and return the largest number of Python's memory blocks and of Arrow's bytes."""
    connections = Connections(transport=HandlerTransport(long_list(count)))
    key = cloudkeys.AccessKey("id", "secret")
    blocks, arrow = [0], [0]
    gc.collect()
    before = sys.getallocatedblocks()

    def watched(leaks: Iterable[AccessKeyLeak]) -> Iterator[AccessKeyLeak]:
        for number, leak in enumerate(leaks):
            if number % 500 == 499:
                blocks.append(sys.getallocatedblocks() - before)
                arrow.append(pa.total_allocated_bytes())
            yield leak

    with cloudkeys.Alibaba(base_url="http://127.0.0.1", credentials=key, connections=connections) as alibaba:
        assert load(NAME).export(watched(alibaba.sas.describe_accesskey_leak_list()), file, 2_000) == count
    return max(blocks), max(arrow)

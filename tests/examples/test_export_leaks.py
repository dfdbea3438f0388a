from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cloudkeys
from cloudkeys.runtime.connections import Connections
from cloudkeys.testing import FakeCloud, example_leak
from cloudkeys.testing.faults import malformed, throttled
from cloudkeys.testing.http.server import serving
from cloudkeys.testing.http.transport import HandlerTransport
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak
from programs import TIME_LIMIT, Gate, ended, loaded, long_list, run_here, start

NAME = "export_leaks"


def test_all_leaks_are_in_the_file_with_their_types(fake_cloud: FakeCloud, tmp_path: Path) -> None:
    fake_cloud.leaks += [example_leak(number) for number in range(1, 251)]
    fake_cloud.leaks[0] = example_leak(1, url=None, deal_time="2021-02-03 04:05:06")
    fake_cloud.inject(throttled(retry_after=0), after=1)
    file = tmp_path / "leaks.parquet"
    done = run_here(fake_cloud, NAME, "--group-size", 120, file)
    assert (done.status, done.out) == (0, "")
    assert "250 leaks" in done.err
    assert list(tmp_path.glob("*leaks*")) == [file]
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


def test_the_schema_has_every_field_of_a_leak() -> None:
    assert set(loaded(NAME).SCHEMA.names) == set(AccessKeyLeak.__struct_encode_fields__)


@pytest.mark.parametrize("count", [0, 1, 100])
def test_any_number_of_leaks_makes_a_whole_file(fake_cloud: FakeCloud, tmp_path: Path, count: int) -> None:
    fake_cloud.leaks += [example_leak(number) for number in range(count)]
    assert run_here(fake_cloud, NAME, "--group-size", 50, tmp_path / "leaks.parquet").status == 0
    assert pq.read_table(tmp_path / "leaks.parquet").num_rows == count


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_export_leaves_the_earlier_file_alone(
    fake_cloud: FakeCloud, tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "leaks.parquet"
    file.write_bytes(b"the earlier one")
    gate = Gate(long_list(1_000_000_000), holds_after=10)
    gate.open.set()
    with serving(gate) as url:
        process = start(fake_cloud, NAME, "--base-url", url, "--group-size", 200, file)
        assert gate.reached.wait(TIME_LIMIT)
        process.send_signal(number)
        end = ended(process)
    assert (end.status, end.out) == (130, "")
    assert "Traceback" not in end.err
    assert file.read_bytes() == b"the earlier one"
    assert [found.name for found in tmp_path.iterdir() if "leaks" in found.name] == ["leaks.parquet"]


def test_a_failed_export_leaves_nothing(fake_cloud: FakeCloud, tmp_path: Path) -> None:
    fake_cloud.leaks += [example_leak(number) for number in range(1, 251)]
    fake_cloud.inject(malformed(), after=2)
    end = run_here(fake_cloud, NAME, "--group-size", 100, tmp_path / "leaks.parquet")
    assert end.status == 1
    assert "DescribeAccesskeyLeakList: status 200" in end.err
    assert list(tmp_path.glob("*leaks*")) == []
    assert list(tmp_path.glob(".leaks*")) == []


def test_a_number_that_no_column_can_hold_is_reported(fake_cloud: FakeCloud, tmp_path: Path) -> None:
    fake_cloud.leaks.append(example_leak(id=2**63))
    end = run_here(fake_cloud, NAME, tmp_path / "leaks.parquet")
    assert end.status == 1
    assert end.err.startswith("export_leaks: ")
    assert list(tmp_path.glob("*leaks*")) == []


def test_a_folder_that_does_not_exist_is_reported(fake_cloud: FakeCloud, tmp_path: Path) -> None:
    end = run_here(fake_cloud, NAME, tmp_path / "missing" / "leaks.parquet")
    assert end.status == 1
    assert "No such file or directory" in end.err


def test_memory_does_not_grow_with_the_number_of_leaks(tmp_path: Path) -> None:
    # Both have several row groups.
    small, large = (most_held(count, tmp_path / f"{count}.parquet") for count in (12_000, 36_000))
    assert large.blocks < small.blocks + 20_000  # kept, each leak would be eight or more
    assert large.arrow < small.arrow + 1_000_000
    assert pq.read_metadata(tmp_path / "36000.parquet").num_rows == 36_000


class Held(NamedTuple):
    """The most memory that was taken at a time: blocks of Python's, bytes of Arrow's."""

    blocks: int
    arrow: int


def most_held(count: int, file: Path) -> Held:
    connections = Connections(transport=HandlerTransport(long_list(count)))
    key = cloudkeys.AccessKey("id", "secret")
    seen: list[Held] = []
    gc.collect()
    before = sys.getallocatedblocks()

    def watched(leaks: Iterable[AccessKeyLeak]) -> Iterator[AccessKeyLeak]:
        for number, leak in enumerate(leaks):
            if number % 500 == 499:
                seen.append(Held(sys.getallocatedblocks() - before, pa.total_allocated_bytes()))
            yield leak

    with cloudkeys.Alibaba(base_url="http://127.0.0.1", credentials=key, connections=connections) as alibaba:
        assert loaded(NAME).export(watched(alibaba.sas.describe_accesskey_leak_list()), file, 2_000) == count
    return Held(max(held.blocks for held in seen), max(held.arrow for held in seen))

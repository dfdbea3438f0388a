"""What no rule could read on a page is a mark in the spec that was drafted from it, near its place."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import msgspec
import pytest

from pages import edits
from pages.filled import fill
from pages.frozen_specs import FROZEN, copy_of_frozen
from pages.rows import Page
from toolchain.__main__ import main as toolchain
from toolchain.document import load
from toolchain.gaps import gaps
from toolchain.pages import new
from toolchain.pages.__main__ import main
from toolchain.pages.change.report import compare
from toolchain.pages.facts import Fact, PageFacts, Unread
from toolchain.pages.prove.spec import read_spec
from toolchain.pages.prove.store import facts_file, kept_pages
from toolchain.pages.read.page import read_page

COPIES = Path(__file__).with_name("copies")
PAGES = {page.label: page for page in edits.opened(sorted(COPIES.glob("*.txt")), FROZEN)}
STRANGE = [
    pytest.param(page, fact, id=f"{page.label}, {fact.place}") for page in PAGES.values() for fact in page.plain()[::6]
]
IAM = "huawei_iam_v5"


def marks(file: Path) -> dict[int, str]:
    return {line: message for line, message in gaps(file) if "to do: decide: line" in message}


def marked_line(file: Path, line: int) -> int:
    """Return the line that a mark stands above, with others perhaps."""
    rows = file.read_text(encoding="utf-8").split("\n")
    return next(at for at in range(line, len(rows)) if "# To be decided: " not in rows[at]) + 1


def numbers(text: str) -> set[int]:
    """Return the lines that a text names."""
    found = re.findall(r"(\d+)(?:-(\d+))?", text)
    return {line for first, last in found for line in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize(("page", "fact"), STRANGE)
def test_a_row_that_no_rule_reads_is_marked_and_its_place_stays(
    page: Page, fact: Fact, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs = copy_of_frozen(tmp_path)
    file = specs / f"{page.label}.yaml"
    newer = tmp_path / "page.txt"
    newer.write_text(page.with_rows(fact, attrs.evolve(page.row(fact), type="Blob")), encoding="utf-8")
    unread = compare(page.spec, page.operation, page.facts, read_page(newer.read_bytes())).unread
    assert unread
    assert main(["--specs", str(specs), "--accept", "--operation", page.operation, str(newer)]) == 1
    found = marks(file)
    named = set[int]().union(*(numbers(message.partition(" of the page")[0]) for message in found.values()))
    assert named >= {line for one in unread for line in range(one.lines[0], one.lines[1] + 1)}
    printed = capsys.readouterr().err
    assert all(f"left to you: specs/{file.name}:{line}: {message}" in printed for line, message in found.items())
    spec = read_spec(file)
    leaves = spec.leaves(page.operation)
    # An object whose only field is lost is lost itself; the path names a parameter that is lost.
    known = (fact.place, fact.place.split()[0], *(("operation",) if fact.place.startswith("path ") else ()))
    places = {spec.line(leaves[place].pointer) for place in known if place in leaves}
    assert {marked_line(file, line) for line in found} <= places


@pytest.fixture(params=["a field", "the first field", "a parameter", "nowhere"])
def strange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Have lines of a place that no rule could read, whatever the page; return the lines and the place."""
    place = {
        "a field": "200 page_info.current_count",
        # The body begins on its line, too.
        "the first field": "200 access_keys",
        "a parameter": "query limit",
        "nowhere": "operation",
    }
    facts = PAGES[IAM].facts
    last = facts.by_place()[place[request.param]].lines[1] if request.param != "nowhere" else 9_998
    lines = (last, last) if request.param != "nowhere" else (last, last + 1)

    def read(content: bytes) -> PageFacts:
        return msgspec.structs.replace(read_page(content), unread=(Unread(lines, "strange"),))

    monkeypatch.setattr("toolchain.pages.new.read_page", read)
    monkeypatch.setattr("toolchain.pages.commands.report.read_page", read)
    return f"{lines[0]}-{lines[1]}" if lines[0] != lines[1] else str(last), place[request.param]


@pytest.mark.parametrize("how", ["new", "accepted", "accepted first"])
def test_nothing_is_generated_or_proved_before_a_mark_is_settled(
    how: str, strange: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs, page = copy_of_frozen(tmp_path), str(COPIES / f"{IAM}.txt")
    file = specs / f"{IAM}.yaml"
    if how != "accepted":
        facts_file(specs, IAM).unlink()
    if how == "new":
        file.unlink()
        assert new.main([IAM, page, "--operation", "ListAccessKeys", "--specs", str(specs)]) == 0
    else:
        assert main(["--specs", str(specs), "--accept", "--operation", "ListAccessKeys", page]) == 1
    ((line, message),) = marks(file).items()
    assert message.endswith(f"to do: decide: line{'s' * ('-' in strange[0])} {strange[0]} of the page: strange")
    printed = capsys.readouterr()
    assert f"left to you: specs/{file.name}:{line}: {message}" in printed.out + printed.err
    spec = read_spec(file)
    assert marked_line(file, line) == spec.line(spec.leaves("ListAccessKeys")[strange[1]].pointer)
    output = ["generate", "--specs", str(specs), "--output", str(tmp_path / "generated" / "cloudkeys_api")]
    assert toolchain(output) == 1
    assert main(["--specs", str(specs)]) == 1
    assert f"  specs/{file.name}:{line}: {message}" in capsys.readouterr().out
    fill(file)
    if how != "new":
        assert load(file)["paths"].keys() == load(FROZEN / file.name)["paths"].keys()
    assert main(["--specs", str(specs)]) == 0
    assert "couldn't be read: strange" in capsys.readouterr().out


def test_what_was_unread_before_is_marked_once(strange: tuple[str, str], tmp_path: Path) -> None:
    specs = copy_of_frozen(tmp_path)
    file = specs / f"{IAM}.yaml"
    accept = ["--specs", str(specs), "--accept", "--operation", "ListAccessKeys", str(COPIES / f"{IAM}.txt")]
    assert [main(accept), main(accept)] == [1, 0]
    assert len(marks(file)) == 1
    assert kept_pages(specs, IAM)["ListAccessKeys"].unread
    assert strange[0] in "".join(marks(file).values())

"""The first draft of a spec has what the page states, says what it lacks, and isn't proved before a person was there.

The four specs that people wrote are the measure: each is drafted from the copy of its page, and compared.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from pages.filled import fill
from pages.frozen_specs import FROZEN, copy_of_frozen
from pages.hostile import HEAD, HTML, RESPONSE, ROW, TEXTS
from toolchain.checks import check
from toolchain.document import SPECS, load
from toolchain.gaps import gaps
from toolchain.generate import generate
from toolchain.pages import new
from toolchain.pages.__main__ import main as prove
from toolchain.pages.commands import options
from toolchain.pages.facts import same
from toolchain.pages.prove.leaf import Leaf
from toolchain.pages.prove.spec import read_spec
from toolchain.pages.prove.store import facts_file, kept_pages

COPIES: Final = Path(__file__).with_name("copies")
OPERATIONS: Final = {
    "alibaba_sas": "DescribeAccesskeyLeakList",
    "huawei_csms": "ListSecrets",
    "huawei_iam_v3": "ShowPermanentAccessKey",
    "huawei_iam_v5": "ListAccessKeys",
}


class Measure(NamedTuple):
    """How a draft compares with the spec that a person wrote, aspect by aspect of what stands in its file.

    Attributes:
        total: How much the spec says.
        right: How much of it the draft says too.
        otherwise: How much the draft says otherwise, or without need: what a reading of the spec departs from.
        marks: How often the draft says that something is to be described or decided.
    """

    total: int
    right: int
    otherwise: int
    marks: int


MEASURED: Final = {
    "alibaba_sas": Measure(173, 143, 3, 53),
    "huawei_csms": Measure(132, 110, 8, 60),
    "huawei_iam_v3": Measure(82, 53, 3, 32),
    "huawei_iam_v5": Measure(107, 76, 4, 43),
}
"""Of each spec. What is missing is in none of the pages: hosts, patterns, the bodies of errors."""


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first drafts of the four specs, as the command makes them."""
    folder = tmp_path_factory.mktemp("project") / "specs"
    folder.mkdir()
    for spec in OPERATIONS:
        assert drafted(folder, spec, COPIES / f"{spec}.txt") == 0
    return folder


def drafted(folder: Path, spec: str, page: Path) -> int:
    return new.main([spec, str(page), "--operation", OPERATIONS.get(spec, "ListLamps"), "--specs", str(folder)])


def leaves(folder: Path, spec: str) -> dict[str, Leaf]:
    return read_spec(folder / f"{spec}.yaml").leaves(OPERATIONS[spec])


def said(leaf: Leaf | None) -> dict[str, Any]:
    return {} if leaf is None else {"presence": True, **leaf.aspects}


class Difference(NamedTuple):
    leaf: Leaf
    aspect: str
    spec: Any
    draft: Any

    def is_explained(self) -> bool:
        """Tell whether the spec says why the page isn't enough, or the draft left the whole place to a person."""
        read = {reading.aspect for reading in self.leaf.readings}
        if self.leaf.place.startswith("server "):
            return "host" in read
        return bool({self.aspect, "presence"} & read) or self.leaf.covered or self.aspect == "schema"


def differences(drafts: Path, spec: str) -> Iterator[Difference]:
    real, draft = leaves(FROZEN, spec), leaves(drafts, spec)
    for place in {**real, **draft}:
        ours, theirs = said(real.get(place)), said(draft.get(place))
        for aspect in {**ours, **theirs}:
            if not same(ours.get(aspect), theirs.get(aspect)):
                yield Difference(real.get(place) or draft[place], aspect, ours.get(aspect), theirs.get(aspect))


def measured(drafts: Path, spec: str) -> Measure:
    """Count what stands in a file once, however many places refer to it."""
    everything = {(leaf.pointer_of(aspect), aspect) for leaf in leaves(FROZEN, spec).values() for aspect in said(leaf)}
    found = list(differences(drafts, spec))
    missing = {(one.leaf.pointer_of(one.aspect), one.aspect) for one in found if one.spec is not None}
    return Measure(
        total=len(everything),
        right=len(everything - missing),
        otherwise=len({one.leaf.pointer_of(one.aspect) for one in found if one.draft is not None}),
        marks=len(list(gaps(drafts / f"{spec}.yaml"))),
    )


@pytest.mark.parametrize("spec", OPERATIONS)
def test_a_draft_is_as_near_to_the_spec_as_the_guide_says(drafts: Path, spec: str) -> None:
    assert measured(drafts, spec) == MEASURED[spec]


def test_the_figures_stand_in_the_guide() -> None:
    guide = (SPECS / "pages" / "README.md").read_text(encoding="utf-8")
    for spec, figures in MEASURED.items():
        assert f"| {spec} | {' | '.join(map(str, figures))} |" in guide


@pytest.mark.parametrize("spec", OPERATIONS)
def test_nothing_that_the_page_states_is_lost_or_changed(drafts: Path, spec: str) -> None:
    unexplained = [one for one in differences(drafts, spec) if not one.is_explained()]
    assert unexplained == []


@pytest.mark.parametrize("spec", OPERATIONS)
def test_a_completed_draft_is_generated_and_proved(drafts: Path, spec: str, tmp_path: Path) -> None:
    folder = alone(drafts, spec, tmp_path)
    fill(folder / f"{spec}.yaml")
    generate(folder, tmp_path / "generated" / "cloudkeys_api")
    assert prove(["--specs", str(folder)]) == options.SAME


@pytest.mark.parametrize("spec", OPERATIONS)
def test_a_draft_is_not_proved(drafts: Path, spec: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = alone(drafts, spec, tmp_path)
    assert prove(["--specs", str(folder)]) == options.CHANGED
    printed = capsys.readouterr().out
    assert printed.count("to do: ") == MEASURED[spec].marks


def alone(drafts: Path, spec: str, project: Path) -> Path:
    """Copy one of the drafts, with its facts, to a folder of its own."""
    folder = project / "specs"
    for file in (drafts / f"{spec}.yaml", facts_file(drafts, spec)):
        copy = folder / file.relative_to(drafts)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    return folder


def test_what_no_rule_can_decide_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert drafted(tmp_path, "alibaba_sas", COPIES / "alibaba_sas.txt") == 0
    printed = capsys.readouterr().out
    assert printed.count("to do: decide: ") + 50 == MEASURED["alibaba_sas"].marks
    assert "left to you: 50 places" in printed
    assert "to do: decide: the version of the API" in printed


SAMPLE: Final = "Example Requests\nGET https://{endpoint}/v9/lamps\n"
LAMPS: Final = HEAD + ROW + RESPONSE + "Parameter\nType\nDescription\nerror_code\nString\nA lamp.\n" + SAMPLE


def test_a_second_operation_joins_the_spec(tmp_path: Path) -> None:
    folder = copy_of_frozen(tmp_path)
    file = folder / "huawei_iam_v5.yaml"
    before = load(file)
    page = tmp_path / "lamps.txt"
    page.write_text(LAMPS, encoding="utf-8")
    assert new.main([file.stem, str(page), "--operation", "ListLamps", "--specs", str(folder)]) == 0
    after = load(file)
    assert check(file, after) == []
    assert set(kept_pages(folder, file.stem)) == {"ListAccessKeys", "ListLamps"}
    assert after["tags"].pop()["name"] == "lamps"
    assert after["paths"].pop("/v9/lamps")["get"]["operationId"] == "ListLamps"
    assert after["components"]["schemas"].pop("ListLampsResponse")["properties"].keys() == {"error_code"}
    assert after == before


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (["Lamps!", "--operation", "ListLamps"], LAMPS, "lower-case words"),
        (["lamps"], LAMPS, "--operation"),
        (["huawei_iam_v5", "--operation", "ListAccessKeys"], LAMPS, "--accept"),
        (["lamps", "--operation", "ListLamps"], "nothing", "isn't the page of an operation"),
        (
            ["huawei_iam_v5", "--operation", "Other"],
            LAMPS.replace("/v9/lamps", "/v5/users/{user_id}/access-keys"),
            "place",
        ),
    ],
)
def test_what_cant_be_drafted_is_refused_and_nothing_is_written(
    arguments: list[str], text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copy_of_frozen(tmp_path)
    before = {file: file.read_bytes() for file in folder.rglob("*.yaml")}
    page = tmp_path / "page.txt"
    page.write_text(text, encoding="utf-8")
    assert new.main([arguments[0], str(page), *arguments[1:], "--specs", str(folder)]) == options.UNREADABLE
    assert message in capsys.readouterr().err
    assert {file: file.read_bytes() for file in folder.rglob("*.yaml")} == before


@pytest.mark.parametrize("name", [*TEXTS, *HTML])
def test_a_hostile_page_is_drafted_or_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page"
    page.write_text({**TEXTS, **HTML}[name](2_000), encoding="utf-8")
    status = drafted(tmp_path, "lamps", page)
    printed = capsys.readouterr()
    assert status in {0, options.UNREADABLE}
    assert (printed.out + printed.err).replace("\n", "").isprintable()
    if status == 0:
        assert load(tmp_path / "lamps.yaml")["openapi"] == "3.1.0"

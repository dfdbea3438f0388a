"""The proof of the specs finds whatever is altered, on either side, and names where."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs
import pytest

from pages.frozen_specs import copy_of_frozen
from pages.proved import PROVED, Proved, edited, other_than
from toolchain.document import SpecError, load
from toolchain.pages.__main__ import main
from toolchain.pages.facts import WORDING, Fact
from toolchain.pages.prove.keywords import KEYWORDS
from toolchain.pages.prove.leaf import Leaf, Reading, most_specific, operation_readings
from toolchain.pages.prove.places import move_facts, page_place
from toolchain.pages.prove.proof import PRESENT, Finding, prove
from toolchain.pages.prove.spec_facts import leaves

COUNTS = {
    "alibaba_sas": (40, 116, 22),
    "huawei_csms": (63, 126, 28),
    "huawei_iam_v3": (22, 37, 16),
    "huawei_iam_v5": (34, 72, 15),
}
"""Facts, their aspects, and readings: fewer would mean that something isn't compared any more."""
WITHIN_WHAT_THE_PAGE_LACKS = "#/components/schemas/ErrorDetail/x-reading/0"
"""A reading of what the page lacks inside of something that it lacks too, so that only its reason is missed."""
NEEDED = ("operation", "operation id", "header X-Auth-Token", "security")
"""Without them, a document is no spec of the operation."""


@pytest.fixture(params=PROVED)
def proved(request: pytest.FixtureRequest) -> Proved:
    return PROVED[request.param]


def readings_of(proved: Proved) -> dict[str, tuple[Leaf, Reading]]:
    """Return each reading once, though it stands in a schema that several places have."""
    found = [(leaf, reading) for leaf in proved.leaves.values() for reading in leaf.readings]
    return {reading.pointer: (leaf, reading) for leaf, reading in reversed(found)}


def found_in(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(page_place(one.place), one.aspect) for one in findings}


def test_a_spec_is_proved_and_all_of_it_is_compared(proved: Proved) -> None:
    assert proved.findings() == []
    aspects = sum(len(fact.aspects) for fact in proved.facts.values())
    assert (len(proved.facts), aspects, len(readings_of(proved))) == COUNTS[proved.spec.stem]
    for leaf in proved.leaves.values():
        assert page_place(leaf.place) in proved.facts or leaf.readings or leaf.covered


def test_every_aspect_that_a_page_alters_adds_or_drops_is_found(proved: Proved) -> None:
    for place, fact in proved.facts.items():
        for aspect, value in {**fact.aspects, "multipleOf": 4}.items():
            altered = fact.aspects | {aspect: other_than(value)}
            kept = {name: stated for name, stated in fact.aspects.items() if name != aspect}
            # A page needn't name its schemas.
            for aspects, silent in ((altered, (WORDING,)), (kept, (WORDING, "schema", "multipleOf"))):
                found = found_in(proved.findings(Fact(place, fact.lines, aspects)))
                assert found == (set() if aspect in silent else {(place, aspect)})


def test_every_fact_that_a_page_drops_is_found(proved: Proved) -> None:
    for place in proved.facts:
        found = proved.findings(without=place)
        assert {page_place(one.place) for one in found} == {place}
        assert all(one.page is None and one.lines is None and one.pointer for one in found)


def test_every_fact_without_a_leaf_is_found(proved: Proved) -> None:
    for place in ("query Added", "200 Added", "status 418", "error 400 Added", "server beside"):
        (one,) = proved.findings(Fact(place, (3, 4), {"type": "string"}))
        assert (one.place, one.page, one.spec, one.pointer, one.lines) == (place, PRESENT, None, None, (3, 4))


def test_every_leaf_that_a_spec_drops_is_found_where_the_page_has_it(proved: Proved) -> None:
    for place, leaf in proved.leaves.items():
        document = edited(proved.spec.document, leaf.pointer)
        if place.startswith(NEEDED):
            with pytest.raises(SpecError, match=proved.spec.stem):
                attrs.evolve(proved.spec, document=document).leaves(proved.operation)
            continue
        gone = set(proved.facts) - {page_place(other) for other in leaves(document, proved.operation)}
        missed = {page_place(one.place) for one in proved.findings_of(document)}
        assert missed >= gone, place
        assert place.startswith("server") or (place in missed) == (place in proved.facts), place


def test_every_aspect_that_a_spec_alters_is_found(proved: Proved) -> None:
    for place, leaf in proved.leaves.items():
        fact = proved.facts.get(page_place(place))
        for aspect, value in leaf.aspects.items():
            altered = attrs.evolve(leaf, aspects=leaf.aspects | {aspect: other_than(value)})
            found = {(one.place, one.aspect) for one in prove(proved.facts, proved.leaves | {place: altered})}
            is_compared = aspect != "schema" or (fact is not None and "schema" in fact.aspects)
            # Where the page is silent, the spec may state anything, except about the operation and its servers.
            is_stated = fact is not None or place.startswith(("operation", "server"))
            assert found == ({(place, aspect)} if is_compared and is_stated else set()), (place, aspect)


def test_every_reading_is_needed_and_matches_page_and_spec(proved: Proved) -> None:
    for pointer, (leaf, reading) in readings_of(proved).items():
        document, aspect = proved.spec.document, reading.aspect
        if aspect == "meaning":
            # No program can check what a page means, but that it states something.
            (one,) = (one for one in proved.findings(without=leaf.place) if one.aspect == aspect)
            assert (one.place, "states nothing here" in one.message) == (leaf.place, True)
            continue
        missed = {one.aspect for one in proved.findings_of(edited(document, pointer))}
        assert aspect in missed or pointer == WITHIN_WHAT_THE_PAGE_LACKS
        for side, message in (("page", "expects the page to state"), ("taken", "expects the spec to state")):
            altered = edited(document, f"{pointer}/{side}", other_than(getattr(reading, side)))
            (one,) = (one for one in proved.findings_of(altered) if one.place == leaf.place)
            assert (one.aspect, message in one.message) == (aspect, True), pointer
        same = {name: value for name, value in leaf.aspects.items() if name not in {"schema", "presence"}}
        fact = Fact(page_place(leaf.place), (7, 9), {name: value for name, value in same.items() if value is not None})
        agreeing = [one for one in proved.findings(fact) if (one.place, one.aspect) == (leaf.place, aspect)]
        assert [one.message for one in agreeing] == ["page and spec agree: remove the reading"], pointer


def test_every_keyword_of_a_schema_is_an_aspect() -> None:
    proved = PROVED["huawei_iam_v5"]
    leaf = proved.leaves["200 page_info.current_count"]
    for keyword, aspect in KEYWORDS.items():
        document = edited(proved.spec.document, f"{leaf.pointer}/{keyword}", ["x"])
        found = found_in(proved.findings_of(document))
        assert found == {(leaf.place, aspect)}, keyword


def test_a_second_reading_of_one_aspect_is_found() -> None:
    proved = PROVED["alibaba_sas"]
    leaf = proved.leaves["200 AccessKeyLeakList[].Asset"]
    twice = attrs.evolve(leaf, readings=[attrs.evolve(leaf.readings[0], page="x", pointer="#/first"), *leaf.readings])
    found = prove(proved.facts, proved.leaves | {leaf.place: twice})
    assert [(one.place, one.aspect, one.page) for one in found] == [(leaf.place, "enum", "x")]
    assert found[0].message.endswith(leaf.readings[0].pointer)


def specs_with(tmp_path: Path, old: str, new: str) -> Path:
    """Return a copy of the specs with another text in that of IAM v5."""
    specs = copy_of_frozen(tmp_path)
    file = specs / "huawei_iam_v5.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return specs


def test_the_command_names_pointer_lines_and_both_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specs = specs_with(tmp_path, "maximum: 200", "maximum: 300")
    assert main(["--specs", str(specs)]) == 1
    printed = next(line for line in capsys.readouterr().out.split("\n") if "maximum" in line)
    rows = (specs / "huawei_iam_v5.yaml").read_text(encoding="utf-8").split("\n")
    where = f"specs/huawei_iam_v5.yaml:{rows.index('            maximum: 300') + 1} #/paths/"
    first = PROVED["huawei_iam_v5"].facts["query limit"].lines[0]
    assert f"page 200, spec 300; line {first} of the page; {where}" in printed
    assert printed.endswith("/parameters/1/schema/maximum)")


def test_a_spec_of_another_shape_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--specs", str(specs_with(tmp_path, "operationId:", "operationsId:"))]) == 2
    assert "huawei_iam_v5.yaml" in capsys.readouterr().err


def test_a_secret_needs_no_reading() -> None:
    proved = PROVED["huawei_csms"]
    part = "#/components/schemas/Secret/properties/id"
    document = edited(proved.spec.document, part, {"type": "string", "format": "password"})
    assert proved.findings_of(document) == []
    assert leaves(document, proved.operation)["200 secrets[].id"].aspects["secret"] is True


def test_a_reading_of_one_operation_applies_to_it_alone() -> None:
    proved, where = PROVED["huawei_iam_v5"], "#/servers/0/x-reading/0"
    host = proved.spec.document["servers"][0]["x-reading"][0]
    for operation, found in (("ListAccessKeys", []), ("ListLamps", [("server 1", "host")])):
        document = edited(proved.spec.document, where, host | {"operation": operation})
        assert [(one.place, one.aspect) for one in proved.findings_of(document)] == found


def test_a_reading_of_one_operation_replaces_the_general_one() -> None:
    general = Reading("host", None, "x", "why", "#/a")
    specific = Reading("host", "y", "x", "why", "#/b", operation="Do")
    other = Reading("presence", None, "present", "why", "#/c")
    assert most_specific([general, specific, other]) == [specific, other]
    assert most_specific([general, other]) == [general, other]


@pytest.mark.parametrize("operation", ["ListAccessKeys", "Gone"])
def test_a_reading_that_its_operation_doesnt_reach_is_found(
    operation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stray = "  schemas:\n    Stray:\n      type: string\n      description: Unused.\n      x-reading:\n"
    entry = f"        - {{aspect: pattern, page: null, taken: a, why: None., operation: {operation}}}\n"
    specs = specs_with(tmp_path, "  schemas:\n", stray + entry)
    assert main(["--specs", str(specs)]) == 1
    where = "#/components/schemas/Stray/x-reading/0"
    assert f"{where}: {operation} doesn't reach this reading: remove it" in capsys.readouterr().out
    assert [pointer for pointer, _ in operation_readings(load(specs / "huawei_iam_v5.yaml"))] == [where]


PLACE = {"aspect": "place", "page": "200", "taken": "201", "why": "The sample has 201."}


def moved(*readings: Any) -> dict[str, Leaf]:
    body = {"type": "object", "properties": {"id": {"type": "string"}}}
    content = {"application/json": {"schema": body, "examples": {"page": {"value": {"id": "1"}}}}}
    response = {"x-reading": list(readings), "content": content}
    node = {"operationId": "Do", "x-page": {"title": "T"}, "responses": {"201": response}}
    return leaves({"paths": {"/": {"post": node}}}, "Do")


def facts_of_200(*more: str) -> dict[str, Fact]:
    stated: dict[str, dict[str, Any]] = {
        "title": {"title": "T"},
        "operation": {"method": "POST", "path": "/"},
        "operation id": {"operationId": "Do"},
        "status 200": {},
        "200": {"type": "object"},
        "200 id": {"type": "string"},
        "status 201": {},
        "example 201": {"example": {"id": "1"}},
        **{place: {"type": "string"} for place in more},
    }
    return {place: Fact(place, (1, 1), aspects) for place, aspects in stated.items()}


def test_a_reading_of_a_place_moves_all_of_it_or_is_found() -> None:
    assert prove(facts_of_200(), moved(PLACE)) == []
    assert {one.place for one in prove(facts_of_200(), moved())} == {"201", "201 id", "200", "200 id", "status 200"}
    assert move_facts(facts_of_200(), moved(PLACE)).facts.keys() >= {"201", "201 id", "status 201", "example 201"}
    assert [one.place for one in prove(facts_of_200("200 more"), moved(PLACE))] == ["201 more"]
    for reading in (PLACE | {"page": "202"}, PLACE | {"taken": "204"}):
        assert "it moves no fact of the page" in {one.message for one in prove(facts_of_200(), moved(reading))}
    # Facts that the page has at the new place stay.
    assert {one.place for one in prove(facts_of_200("201 id"), moved(PLACE))} == {"200 id"}

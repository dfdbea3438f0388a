"""The proof of the specs finds whatever is altered, on either side, and names where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from pages.frozen_specs import copy_of_frozen
from pages.proved import PROVED, Proved, other_than, removed, replaced, with_aspects
from toolchain.document import SpecError, load
from toolchain.pages.__main__ import main
from toolchain.pages.change.severity import BREAKING, severity_of
from toolchain.pages.facts import WORDING, Fact
from toolchain.pages.prove.keywords import KEYWORDS
from toolchain.pages.prove.leaf import Leaf, Reading, most_specific, operation_readings
from toolchain.pages.prove.places import move_facts, page_place
from toolchain.pages.prove.proof import PRESENT, prove
from toolchain.pages.prove.spec_facts import leaves

PACKAGES = sorted(PROVED)
COUNTS = {
    "alibaba_sas": (40, 116, 22),
    "huawei_csms": (63, 126, 28),
    "huawei_iam_v3": (22, 37, 16),
    "huawei_iam_v5": (34, 72, 15),
}
"""Facts, their aspects, and readings: fewer would mean that something isn't compared any more."""
NAMED_BY_THE_PAGE = {
    ("alibaba_sas", "200 AccessKeyLeakList[]"),
    ("huawei_csms", "200 page_info"),
    ("huawei_csms", "200 secrets[]"),
    ("huawei_iam_v5", "200 access_keys[]"),
    ("huawei_iam_v5", "200 page_info"),
}
"""The schemas that a page names, which it needn't: without the name, nothing differs."""
WITHIN_WHAT_THE_PAGE_LACKS = {("huawei_iam_v3", "#/components/schemas/ErrorDetail/x-reading/0")}
"""Readings of what the page lacks inside of something that it lacks too, so that only their reason is missed."""
NEEDED = {"operation", "operation id", "header X-Auth-Token"}
"""Without them, a document is no spec of the operation; so it is without a security scheme."""


def aspects_of(proved: Proved) -> Iterator[tuple[Fact, str, Any]]:
    for fact in proved.facts.values():
        for aspect, value in fact.aspects.items():
            yield fact, aspect, value


def readings_of(proved: Proved) -> dict[str, tuple[Leaf, Reading]]:
    """Return each reading once, though it stands in a schema that several places have."""
    found = [(leaf, reading) for leaf in proved.leaves.values() for reading in leaf.readings]
    return {reading.pointer: (leaf, reading) for leaf, reading in reversed(found)}


def in_page(leaf: Leaf, aspect: str, value: Any) -> Fact:
    """Return a fact that says of one aspect what is given, and of the others what the spec says."""
    place = page_place(leaf.place)
    known = {name: said for name, said in leaf.aspects.items() if name != "schema"}
    kept = {name: said for name, said in (known | {aspect: value}).items() if said is not None and name != "presence"}
    return Fact(place, (7, 9), kept)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_spec_is_proved_and_all_of_it_is_compared(package: str) -> None:
    proved = PROVED[package]
    assert proved.findings() == []
    assert (len(proved.facts), len(list(aspects_of(proved))), len(readings_of(proved))) == COUNTS[package]
    assert all(
        page_place(leaf.place) in proved.facts or leaf.readings or leaf.covered for leaf in proved.leaves.values()
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_every_altered_value_is_found(package: str) -> None:
    proved, silent = PROVED[package], set()
    for fact, aspect, value in aspects_of(proved):
        found = proved.findings(with_aspects(fact, fact.aspects | {aspect: other_than(value)}))
        if {(page_place(one.place), one.aspect) for one in found} != {(fact.place, aspect)}:
            silent.add((fact.place, aspect))
    assert silent == {(fact.place, WORDING) for fact in proved.facts.values() if WORDING in fact.aspects}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_aspect_that_a_page_drops_is_found(package: str) -> None:
    proved, silent = PROVED[package], set()
    for fact, aspect, _ in aspects_of(proved):
        kept = {name: value for name, value in fact.aspects.items() if name != aspect}
        found = proved.findings(with_aspects(fact, kept))
        if {(page_place(one.place), one.aspect) for one in found} != {(fact.place, aspect)}:
            silent.add((fact.place, aspect))
    words = {(fact.place, WORDING) for fact in proved.facts.values() if WORDING in fact.aspects}
    assert silent - words == {(place, "schema") for named, place in NAMED_BY_THE_PAGE if named == package}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_aspect_that_a_page_adds_is_found(package: str) -> None:
    for fact in PROVED[package].facts.values():
        found = PROVED[package].findings(with_aspects(fact, fact.aspects | {"multipleOf": 5}))
        assert {(page_place(one.place), one.aspect, one.page) for one in found} == {(fact.place, "multipleOf", 5)}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_fact_that_a_page_drops_is_found(package: str) -> None:
    for place in PROVED[package].facts:
        found = PROVED[package].findings(without=place)
        assert {page_place(one.place) for one in found} == {place}
        assert all(one.page is None and one.lines is None and one.pointer for one in found)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_fact_without_a_leaf_is_found(package: str) -> None:
    proved = PROVED[package]
    for place in ("query Added", "200 Added", "status 418", "error 400 Added", "server beside"):
        found = proved.findings(Fact(place, (3, 4), {"type": "string"}))
        assert [(one.place, one.page, one.spec, one.pointer, one.lines) for one in found] == [
            (place, PRESENT, None, None, (3, 4))
        ]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_leaf_that_a_spec_drops_is_found_where_the_page_has_it(package: str) -> None:
    proved = PROVED[package]
    for place, leaf in proved.leaves.items():
        document = removed(proved.spec.document, leaf.pointer)
        if place in NEEDED or place.startswith("security"):
            with pytest.raises(SpecError, match=package):
                attrs.evolve(proved.spec, document=document).leaves(proved.operation)
            continue
        left = {page_place(other) for other in leaves(document, proved.operation)}
        gone = set(proved.facts) - left
        missed = {page_place(one.place) for one in proved.findings_of(document)}
        assert missed >= gone, place
        assert place.startswith("server") or (place in missed) == (place in proved.facts), place


@pytest.mark.parametrize("package", PACKAGES)
def test_every_aspect_that_a_spec_alters_is_found(package: str) -> None:
    proved = PROVED[package]
    for place, leaf in proved.leaves.items():
        for aspect, value in leaf.aspects.items():
            altered = attrs.evolve(leaf, aspects=leaf.aspects | {aspect: other_than(value)})
            found = {(one.place, one.aspect) for one in prove(proved.facts, proved.leaves | {place: altered})}
            is_compared = aspect != "schema" or (package, place) in NAMED_BY_THE_PAGE
            # What the page lacks is held to that alone, but for what every operation has.
            is_told = page_place(place) in proved.facts or place.startswith(("operation", "server"))
            assert found == ({(place, aspect)} if is_compared and is_told else set()), (place, aspect)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_reading_is_needed(package: str) -> None:
    proved, silent = PROVED[package], set()
    for pointer, (_, reading) in readings_of(proved).items():
        found = proved.findings_of(removed(proved.spec.document, pointer))
        if reading.aspect != "meaning" and reading.aspect not in {one.aspect for one in found}:
            silent.add((package, pointer))
    assert silent == {one for one in WITHIN_WHAT_THE_PAGE_LACKS if one[0] == package}


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize(
    ("side", "message"), [("page", "expects the page to state"), ("taken", "expects the spec to state")]
)
def test_every_reading_must_match_page_and_spec(package: str, side: str, message: str) -> None:
    proved = PROVED[package]
    for pointer, (leaf, reading) in readings_of(proved).items():
        document = replaced(proved.spec.document, f"{pointer}/{side}", other_than(getattr(reading, side)))
        found = [one for one in proved.findings_of(document) if one.place == leaf.place]
        # No program can check what a page means.
        assert reading.aspect == "meaning" or [one.aspect for one in found] == [reading.aspect], pointer
        assert all(message in one.message for one in found), pointer


@pytest.mark.parametrize("package", PACKAGES)
def test_a_reading_that_no_longer_differs_is_found(package: str) -> None:
    proved = PROVED[package]
    for pointer, (leaf, reading) in readings_of(proved).items():
        if reading.aspect == "meaning":
            continue
        place = page_place(leaf.place)
        told = in_page(leaf, reading.aspect, leaf.aspects.get(reading.aspect))
        found = [one for one in proved.findings(told) if one.place == leaf.place and one.aspect == reading.aspect]
        assert [one.message for one in found] == ["page and spec agree: remove the reading"], (pointer, place)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_reading_of_the_meaning_of_nothing_is_found(package: str) -> None:
    proved, read = PROVED[package], 0
    for leaf, reading in readings_of(proved).values():
        if reading.aspect == "meaning":
            found = [one for one in proved.findings(without=leaf.place) if one.aspect == "meaning"]
            assert [one.place for one in found] == [leaf.place]
            assert "states nothing here" in found[0].message
            read += 1
    assert read


def test_every_keyword_of_a_schema_is_an_aspect() -> None:
    proved = PROVED["huawei_iam_v5"]
    leaf = proved.leaves["200 page_info.current_count"]
    for keyword, aspect in KEYWORDS.items():
        document = replaced(proved.spec.document, f"{leaf.pointer}/{keyword}", ["x"])
        found = {(one.place, one.aspect) for one in proved.findings_of(document)}
        assert found == {(leaf.place, aspect)}, keyword


def test_a_second_reading_of_one_aspect_is_found() -> None:
    proved = PROVED["alibaba_sas"]
    leaf = proved.leaves["200 AccessKeyLeakList[].Asset"]
    twice = attrs.evolve(leaf, readings=[attrs.evolve(leaf.readings[0], page="x", pointer="#/first"), *leaf.readings])
    found = prove(proved.facts, proved.leaves | {leaf.place: twice})
    assert [(one.place, one.aspect, one.page) for one in found] == [(leaf.place, "enum", "x")]
    assert found[0].message.endswith(leaf.readings[0].pointer)


def test_the_command_names_pointer_lines_and_both_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specs = copy_of_frozen(tmp_path)
    spec = specs / "huawei_iam_v5.yaml"
    text = spec.read_text(encoding="utf-8").replace("maximum: 200", "maximum: 300")
    spec.write_text(text, encoding="utf-8")
    assert main(["--specs", str(specs)]) == 1
    printed = next(line for line in capsys.readouterr().out.split("\n") if "maximum" in line)
    line = next(number for number, content in enumerate(text.split("\n"), 1) if "maximum: 300" in content)
    first = PROVED["huawei_iam_v5"].facts["query limit"].lines[0]
    assert f"page 200, spec 300; line {first} of the page; specs/huawei_iam_v5.yaml:{line} #/paths/" in printed
    assert printed.endswith("/parameters/1/schema/maximum)")


def test_a_spec_of_another_shape_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specs = copy_of_frozen(tmp_path)
    spec = specs / "huawei_iam_v5.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("operationId:", "operationsId:"), encoding="utf-8")
    assert main(["--specs", str(specs)]) == 2
    assert "huawei_iam_v5.yaml" in capsys.readouterr().err


def test_a_secret_needs_no_reading_but_is_a_breaking_change() -> None:
    proved = PROVED["huawei_csms"]
    part = "#/components/schemas/Secret/properties/id"
    document = replaced(proved.spec.document, part, {"type": "string", "format": "password"})
    assert proved.findings_of(document) == []
    assert leaves(document, proved.operation)["200 secrets[].id"].aspects["secret"] is True
    assert severity_of("200 secrets[].id", "secret", None, after=True) == BREAKING


def test_a_reading_of_one_operation_applies_to_it_alone() -> None:
    proved, where = PROVED["huawei_iam_v5"], "#/servers/0/x-reading/0"
    host = proved.spec.document["servers"][0]["x-reading"][0]
    for operation, found in (("ListAccessKeys", []), ("ListLamps", [("server 1", "host")])):
        document = replaced(proved.spec.document, where, host | {"operation": operation})
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
    specs = copy_of_frozen(tmp_path)
    file = specs / "huawei_iam_v5.yaml"
    stray = "  schemas:\n    Stray:\n      type: string\n      description: Unused.\n      x-reading:\n"
    entry = f"        - {{aspect: pattern, page: null, taken: a, why: None., operation: {operation}}}\n"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  schemas:\n", stray + entry, 1), encoding="utf-8")
    assert main(["--specs", str(specs)]) == 1
    where = "#/components/schemas/Stray/x-reading/0"
    assert f"{where}: {operation} doesn't reach this reading: remove it" in capsys.readouterr().out
    assert [pointer for pointer, _ in operation_readings(load(file))] == [where]


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

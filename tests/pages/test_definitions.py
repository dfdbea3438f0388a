"""A vendor's definition is compared with page and spec, aspect by aspect."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pages.made_definitions import alibaba, altered, openapi, other, swagger
from pages.proved import PROVED, other_than
from toolchain.document import Document
from toolchain.pages.__main__ import main
from toolchain.pages.prove import definitions
from toolchain.pages.prove.evidence import Evidence, evidence
from toolchain.pages.prove.leaf import Leaf

FORMS = [alibaba, swagger, openapi]
SILENT = {"unit", "range"}
"""Aspects without a keyword in either form."""
UNHEARD = {"title", "page", "server", "security", "permission", "example", "operation"}
"""Places that definitions don't describe, or describe in other terms."""
LOGIN = "header X-Auth-Token"
"""It is a security scheme, and no parameter."""
WITHOUT_ERROR_CODES = {swagger, openapi}


def compared(package: str, definition: Any) -> list[Evidence]:
    proved = PROVED[package]
    return evidence(proved.facts, proved.leaves, leaves_of(package, definition))


def leaves_of(package: str, definition: Any) -> dict[str, Leaf]:
    return definitions.read_definition(json.dumps(definition).encode(), PROVED[package].operation)


def differing(found: list[Evidence]) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Return what spec and definition say where they differ, but for what a definition can't say."""
    return {
        (one.place, one.aspect): (one.spec, one.definition)
        for one in found
        if one.spec != one.definition and one.aspect not in SILENT and one.place != LOGIN
    }


@pytest.mark.parametrize("package", sorted(PROVED))
@pytest.mark.parametrize("form", FORMS)
def test_a_definition_made_of_a_spec_differs_from_the_page_as_the_readings_say(
    package: str, form: Callable[[Document], Document]
) -> None:
    proved = PROVED[package]
    found = compared(package, form(proved.spec.document))
    codes = {(place, "presence") for place in proved.leaves if place.startswith("error ")}
    assert differing(found).keys() == (codes if form in WITHOUT_ERROR_CODES else set())
    read = {
        (leaf.place, reading.aspect): (reading.page, reading.taken, reading.taken)
        for leaf in proved.leaves.values()
        for reading in leaf.readings
        if reading.aspect not in {"meaning", "example", *SILENT}
        and leaf.place.split()[0] not in UNHEARD
        and leaf.place != LOGIN
    }
    told = {
        (one.place, one.aspect): (one.page, one.spec, one.definition) for one in found if one.spec == one.definition
    }
    # What the page lacks as a whole needs no reading of each part.
    assert {key: said for key, said in told.items() if not proved.leaves[key[0]].covered or key in read} == read
    assert len(leaves_of(package, form(proved.spec.document))) > 20


API = "apis/DescribeAccesskeyLeakList"
ANSWER = f"{API}/responses/200/schema/properties"
LEAK = f"{ANSWER}/AccessKeyLeakList/items/properties"
SIZE, LEAKS = "query PageSize", "200 AccessKeyLeakList[]"
CODE = "error 500 ServerError"
BOTH = ["master", "ram"]


@pytest.mark.parametrize(
    ("path", "change", "place", "aspect", "said"),
    [
        (f"{LEAK}/Id/type", other("string"), f"{LEAKS}.Id", "type", ("integer", "integer", "string")),
        (f"{LEAK}/Id/format", other("int32"), f"{LEAKS}.Id", "format", ("int64", "int64", "int32")),
        (f"{LEAK}/UserType/enum", lambda kept: kept[:1], f"{LEAKS}.UserType", "enum", (BOTH, BOTH, ["master"])),
        (f"{LEAK}/UserType/enum", other(None), f"{LEAKS}.UserType", "enum", (BOTH, BOTH, None)),
        (f"{LEAK}/Url", other(None), f"{LEAKS}.Url", "presence", ("present", "present", None)),
        (f"{LEAK}/Extra", other({"type": "string"}), f"{LEAKS}.Extra", "presence", (None, None, "present")),
        (f"{LEAK}/Id/required", other(True), LEAKS, "required", (None, None, ["Id"])),
        (f"{ANSWER}/GmtLast/deprecated", other(None), "200 GmtLast", "deprecated", (True, True, None)),
        (f"{API}/parameters/5/schema/maximum", other("50"), SIZE, "maximum", (100, 100, 50)),
        (f"{API}/parameters/5/schema/maximum", other(50), SIZE, "maximum", (100, 100, 50)),
        (f"{API}/parameters/5/schema/minimum", other(None), SIZE, "minimum", (None, 1, None)),
        (f"{API}/parameters/5/schema/default", other("10"), SIZE, "default", (20, 20, 10)),
        (f"{API}/parameters/5/schema/required", other(False), SIZE, "required", (True, True, False)),
        (f"{API}/parameters/3", other(None), "query Query", "presence", ("present", "present", None)),
        (f"{API}/errorCodes/500", lambda kept: kept[:1], CODE, "presence", ("present", "present", None)),
        (f"{API}/errorCodes/500/1/errorMessage", other("x"), CODE, "message", ("ServerError", "ServerError", "x")),
        (f"{API}/errorCodes/409", other([{"errorCode": "New"}]), "error 409 New", "presence", (None, None, "present")),
    ],
)  # fmt: skip
def test_an_altered_definition_differs_there_and_nowhere_else(
    path: str, change: Callable[[Any], Any], place: str, aspect: str, said: tuple[Any, Any, Any]
) -> None:
    made = alibaba(PROVED["alibaba_sas"].spec.document)
    before = {(one.place, one.aspect) for one in compared("alibaba_sas", made)} - {("status 409", "presence")}
    found = {(one.place, one.aspect): one for one in compared("alibaba_sas", altered(made, path, change))}
    assert (found[place, aspect].page, found[place, aspect].spec, found[place, aspect].definition) == said
    # A status that only an added code has is added with it.
    assert found.keys() - before <= {(place, aspect), ("status 409", "presence")}
    assert {(one.place, one.aspect) for one in found.values() if one.spec != one.definition} - before <= found.keys()


@pytest.mark.parametrize("form", [swagger, openapi])
def test_every_aspect_of_a_definition_is_compared(form: Callable[[Document], Document]) -> None:
    proved = PROVED["huawei_iam_v5"]
    leaves = leaves_of("huawei_iam_v5", form(proved.spec.document))
    compared = 0
    for place, leaf in leaves.items():
        for aspect in leaf.aspects.keys() - {"schema"} if place.partition(" ")[0] not in UNHEARD else ():
            was = leaf.aspects[aspect]
            leaf.aspects[aspect] = other_than(was)
            found = differing(evidence(proved.facts, proved.leaves, leaves))
            assert found[place, aspect] == (proved.leaves[place].aspects.get(aspect), other_than(was))
            leaf.aspects[aspect] = was
            compared += 1
    assert compared > 40


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("100", 100), (100, 100), ("-1", -1), ("0.5", 0.5), ("1e2", 100.0), ("many", "many"), ("true", "true")),
        *(("[1]", "[1]"), ("9" * 5000, "9" * 5000), ("", "")),
    ],
)
def test_a_number_that_is_given_as_a_text_is_a_number(written: Any, meant: Any) -> None:
    schema = {"type": "integer", "maximum": written, "default": written, "enum": [written]}
    aspects = parameter(schema).aspects
    assert (aspects["maximum"], aspects["enum"]) == (meant, [meant])
    # What can have one value has no other default.
    assert "default" not in aspects
    assert parameter({"type": "boolean", "default": "false"}).aspects["default"] is False
    assert parameter({"type": "string", "default": "100"}).aspects["default"] == "100"
    assert parameter({"type": "string", "maxLength": "64"}).aspects["maxLength"] == 64


def parameter(schema: Any) -> Leaf:
    api = {"parameters": [{"name": "x", "in": "query", "schema": schema}], "responses": {"200": {}}}
    return definitions.read_definition(json.dumps({"apis": {"Do": api}}).encode(), "Do")["query x"]


def test_the_table_shows_what_each_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "definition.json"
    made = alibaba(PROVED["alibaba_sas"].spec.document)
    file.write_text(json.dumps(altered(made, f"{API}/parameters/5/schema/maximum", other("50"))), encoding="utf-8")
    assert main(["--definition", str(file)]) == 1
    table = capsys.readouterr().out
    assert "  query PageSize: maximum\n    page       100\n    spec       100\n    definition 50\n" in table
    assert main(["--definition", str(file), "--format", "json"]) == 1
    rows = json.loads(capsys.readouterr().out)["DescribeAccesskeyLeakList"]
    assert {"place": SIZE, "aspect": "maximum", "page": 100, "spec": 100, "definition": 50} in rows
    file.write_text("paths: {}", encoding="utf-8")
    assert main(["--definition", str(file)]) == 2
    assert "none of the operations" in capsys.readouterr().err

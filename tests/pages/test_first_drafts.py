"""A first draft of a spec has all that its page states, marks what no page states, and isn't proved until it is filled.

The four specs that people wrote are the measure: each is drafted from the copy of its page, and compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from pages.edits import COPIES, PAGES, Page
from pages.filled import fill
from pages.frozen_specs import FROZEN, copy_of_frozen
from pages.hostile import HTML, TEXTS
from toolchain.__main__ import main as toolchain
from toolchain.checks import check
from toolchain.document import SPECS, at_pointer, load
from toolchain.gaps import gaps
from toolchain.pages import new
from toolchain.pages.__main__ import main as prove
from toolchain.pages.commands.options import CHANGED, SAME, UNREADABLE
from toolchain.pages.draft.marks import unplaced
from toolchain.pages.draft.origin import Origin, origin_of
from toolchain.pages.facts import Fact, is_same_value
from toolchain.pages.prove.leaf import Leaf
from toolchain.pages.prove.spec import read_spec
from toolchain.pages.prove.store import kept_pages

REQUEST: Final = "|Parameter|Mandatory|Type|Description|\n|--|--|--|--|\n"
FIELDS: Final = "|Parameter|Type|Description|\n|--|--|--|\n"
PATH: Final = f"Table 1 Path parameters\n\n{REQUEST}|lamp_id|Yes|String|The ID of the lamp. Minimum: 1 Maximum: 40|\n"
ERROR: Final = f"{FIELDS}|error_code|String|What went wrong.|\n|error_msg|String|The same, for people.|\n"
PUT: Final = f"""\
# Painting a Lamp
## URI
PUT /v9/lamps/{{lamp_id}}
{PATH}
## Request Parameters
Table 2 Request header parameters
{REQUEST}|X-Auth-Token|Yes|String|The token.|
|X-Language|No|String|The language of messages.|
Table 3 Request query parameters
{REQUEST}|ids|No|Array of integers|All.|
Table 3 Request body parameters
{REQUEST}|colour|Yes|String|The colour. Valid values: red, blue|
|tags|No|Array of strings|Its labels.|
|shade|No|shade object|The shade.|
Table 4 shade
{REQUEST}|cloth|Yes|String|What it is made of.|
## Response Parameters
Status code: 200
{FIELDS}|painted_at|String|When it was done.|
Status code: 404
{ERROR}
## Example Requests
```
PUT https://lamps.example/v9/lamps/1
{{"colour": "red"}}
```
## Example Responses
Status code: 200
```
{{"painted_at": "2026-01-02T03:04:05.678Z"}}
```
"""
POST: Final = f"""\
# Adding a Lamp
## URI
POST /v9/lamps
## Request Parameters
Table 1 Request header parameters
{REQUEST}|Content-Type|Yes|String|The type of the body. The value is fixed to application/json;charset=utf8|
## Response Parameters
Table 5 Response header parameters
{FIELDS}|X-Count|Integer|How many.|
Table 2 Response body parameters
{FIELDS}|lamp_id|String|The ID of the lamp.|
|lamp_secret|String|What switches it on.|
Status code: 404
{ERROR}
## Example Responses
Status code: 201
```
{{"lamp_id": "1", "lamp_secret": "two"}}
```
"""
DELETE: Final = f"""\
# Removing a Lamp
## URI
DELETE /v9/lamps/{{lamp_id}}
{PATH}
## Response Parameters
Status code: 204
None
Status code: 404
{ERROR}
## Example Requests
DELETE https://other.example/v9/lamps/1
"""
RPC: Final = """\
# Lamps:SwitchLamps
## Request parameters
|Parameter|Type|Required|Description|Example|
|--|--|--|--|--|
|Action|string|Yes|The operation.|SwitchLamps|
|State|string|Yes|How they shall be. Valid values: on, off|on|
|IdList|array|No|The lamps.||
||long|No|A lamp.|123|
## Response parameters
|Parameter|Type|Description|Example|
|--|--|--|--|
|RequestId|string|The ID of the request.|1-2-3|
## Examples
```
{"RequestId": "1-2-3"}
```
"""
LAMPS: Final = f"""\
# Lamps
## URI
GET /v9/lamps
## Response Parameters
Status code: 200
{FIELDS}|lamp|String|A lamp.|
Status code: 400
{ERROR}Status code: 404
{ERROR}|request_id|String|The request.|
## Example Requests
GET https://elsewhere.example/v9/lamps
"""
"""Of a second operation for the spec of IAM v5, with its schemas of errors, one of them with another field."""
LOCATED: Final = """\
# Lamps
## URI
POST /v9/lamps
## Request parameters
|Parameter|Location|Type|Description|
|--|--|--|--|
|colour|body|String|The colour.|
|size|query|Integer|The size.|
## Response Parameters
Status code: 204
"""
GUIDE: Final = (SPECS / "pages" / "README.md").read_text(encoding="utf-8")


def drafted(folder: Path, spec: str, page: str | Path, operation: str, *more: str) -> int:
    """Draft a spec from the text of a page or from its file."""
    folder.mkdir(exist_ok=True)
    if isinstance(page, str):
        text, page = page, folder.parent / f"{operation}.txt"
        page.write_text(text, encoding="utf-8")
    return new.main([spec, str(page), "--operation", operation, "--specs", str(folder), *more])


def generated(folder: Path) -> int:
    return toolchain(["generate", "--specs", str(folder), "--output", str(folder.parent / "made" / "cloudkeys_api")])


def stated(leaf: Leaf | None) -> dict[str, Any]:
    return {} if leaf is None else {"presence": True, **leaf.aspects}


def is_explained(leaf: Leaf, aspect: str) -> bool:
    """Return whether a reading explains a difference, or the draft leaves the place to a person."""
    read = {reading.aspect for reading in leaf.readings}
    if leaf.place.startswith("server "):
        return "host" in read
    return bool({aspect, "presence"} & read) or leaf.covered or aspect == "schema"


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_draft_has_what_the_page_states_and_marks_the_rest(
    page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "specs"
    file = folder / f"{page.label}.yaml"
    assert drafted(folder, page.label, COPIES / f"{page.label}.txt", page.operation) == 0
    printed = capsys.readouterr().out
    written, draft = page.spec.leaves(page.operation), read_spec(file).leaves(page.operation)
    all_of_it, missing, otherwise = set[Any](), set[Any](), set[Any]()
    for place in {**written, **draft}:
        leaf = written.get(place) or draft[place]
        ours, theirs = stated(written.get(place)), stated(draft.get(place))
        all_of_it.update((leaf.pointer_of(aspect), aspect) for aspect in ours)
        for aspect in {**ours, **theirs}:
            if not is_same_value(ours.get(aspect), theirs.get(aspect)):
                assert is_explained(leaf, aspect), (place, aspect)
                where = leaf.pointer_of(aspect), aspect
                missing.update([where] if ours.get(aspect) is not None else [])
                otherwise.update(where[:1] if theirs.get(aspect) is not None else [])
    marks = [message for _, message in gaps(file)]
    counts = len(all_of_it), len(all_of_it - missing), len(otherwise), len(marks)
    assert f"| {page.label} | {' | '.join(map(str, counts))} |" in GUIDE
    assert f"describe {sum('decide: ' not in mark for mark in marks)} places in specs/{file.name}" in printed
    assert all(mark in printed for mark in marks if "decide: " in mark)
    assert prove(["--specs", str(folder)]) == CHANGED
    assert capsys.readouterr().out.count(": to do: de") == len(marks)
    fill(file)
    assert (generated(folder), prove(["--specs", str(folder)])) == (0, SAME)


DRAFTS: Final[dict[str, tuple[str, dict[str, dict[str, Any]]]]] = {
    # an operation: (its page, what the draft states at places; {} if the place is absent)
    "PaintLamp": (
        PUT,
        {
            "body": {"required": ["colour"], "schema": "PaintLampRequest"},
            "body colour": {"enum": ["red", "blue"], "named": "PaintLampRequestColour"},
            "body tags[]": {"type": "string"},
            "body shade": {"named": "Shade", "reading of schema": "shade"},
            "example body": {"example": {"colour": "red"}},
            "header X-Auth-Token": {"pointer": "#/components/securitySchemes/X-Auth-Token"},
            "header X-Language": {"required": False},
            "query ids": {"type": "array", "style": "form", "explode": True},
            "query ids[]": {"type": "integer"},
            "200 painted_at": {"format": "date-time"},
            "operation": {"x-idempotent": "To be decided: true, false or delete: the effect of a repeated call"},
        },
    ),
    "AddLamp": (
        POST,
        {
            "status 200": {},
            "201 lamp_secret": {"format": "To be decided: password if it is a secret; otherwise delete this line"},
            "201 lamp_id": {"type": "string"},
            "response-header 201 X-Count": {"type": "integer"},
            "header Content-Type": {"enum": ["application/json;charset=utf8"]},
        },
    ),
    "RemoveLamp": (DELETE, {"status 204": {"content": None}, "204": {}}),
    "SwitchLamps": (
        RPC,
        {
            "query Action": {},
            "header x-acs-action": {"enum": ["SwitchLamps"]},
            "header x-acs-version": {"enum": ["To be decided: the version of the API, as YYYY-MM-DD"]},
            "query IdList": {"x-array": "numbered"},
            "query IdList[]": {"format": "int64"},
        },
    ),
    "SizeLamp": (LOCATED, {"body colour": {"type": "string"}, "query size": {"in": "query"}}),
}


@pytest.mark.parametrize("operation", DRAFTS)
def test_a_page_of_an_operation_that_writes_is_drafted_in_full(operation: str, tmp_path: Path) -> None:
    text, places = DRAFTS[operation]
    folder = tmp_path / "specs"
    assert drafted(folder, "lamps", text, operation) == 0
    spec = read_spec(folder / "lamps.yaml")
    leaves = spec.leaves(operation)
    assert leaves.keys() & places.keys() == {place for place, expected in places.items() if expected}
    for place, expected in places.items():
        if expected:
            leaf = leaves[place]
            readings = {f"reading of {one.aspect}": one.page for one in leaf.readings}
            found = at_pointer(spec.document, leaf.pointer) | leaf.aspects | readings
            found |= {"named": leaf.schema, "pointer": leaf.pointer}
            assert {aspect: found.get(aspect) for aspect in expected} == expected, place
    facts = kept_pages(folder, "lamps")[operation].page().by_place()
    assert unplaced(spec.document, operation, facts) == []
    for place in [f"{place}x" for place in facts if place.split()[0] in {"body", "query", "path"}]:
        assert unplaced(spec.document, operation, {**facts, place: Fact(place, (1, 1), {"type": "string"})})


def test_drafts_of_several_pages_are_generated_only_when_filled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "specs"
    for operation in ("PaintLamp", "AddLamp", "RemoveLamp", "SwitchLamps"):
        spec = "actions" if operation == "SwitchLamps" else "lamps"
        assert drafted(folder, spec, DRAFTS[operation][0], operation) == 0
    assert generated(folder) == 1
    assert not (tmp_path / "made").exists()
    refused = capsys.readouterr().err
    assert prove(["--specs", str(folder)]) == CHANGED
    unproved = capsys.readouterr().out
    for file in folder.glob("*.yaml"):
        for line, message in gaps(file):
            assert f"specs/{file.name}: line {line}: {message}" in refused
            assert f"specs/{file.name}:{line}: {message}" in unproved
        fill(file)
    assert (generated(folder), prove(["--specs", str(folder)])) == (0, SAME)


def test_a_setting_of_the_client_is_one_for_each_operation(tmp_path: Path) -> None:
    assert drafted(tmp_path, "lamps", PUT, "PaintLamp") == 0
    file, parameter = tmp_path / "lamps.yaml", "        - name: lamp_id\n"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(parameter, f"{parameter}          x-client-setting: true\n"), encoding="utf-8")
    assert drafted(tmp_path, "lamps", DELETE, "RemoveLamp") == 0
    (lamp_id,) = load(file)["paths"]["/v9/lamps/{lamp_id}"]["delete"]["parameters"]
    assert lamp_id["x-client-setting"] is True


@pytest.mark.parametrize(
    ("command", "text", "message"),
    [
        ("Lamps! --operation ListLamps", LAMPS, "lower-case words"),
        ("lamps", LAMPS, "--operation"),
        ("huawei_iam_v5 --operation ListAccessKeys", LAMPS, "--accept"),
        ("lamps --operation ListLamps", "nothing", "isn't the page of an operation"),
        ("lamps --operation AddLamp", LOCATED.replace("|body|", "|formData|"), "sent as a form"),
        (
            "huawei_iam_v5 --operation Other",
            LAMPS.replace("/v9/lamps", "/v5/users/{user_id}/access-keys"),
            "already has ListAccessKeys",
        ),
    ],
)
def test_a_page_that_cant_be_drafted_is_refused_and_nothing_is_written(
    command: str, text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, page = copy_of_frozen(tmp_path), tmp_path / "page.txt"
    before = {file: file.read_bytes() for file in folder.rglob("*.yaml")}
    page.write_text(text, encoding="utf-8")
    spec, *more = command.split()
    assert new.main([spec, str(page), *more, "--specs", str(folder)]) == UNREADABLE
    assert message in capsys.readouterr().err
    assert {file: file.read_bytes() for file in folder.rglob("*.yaml")} == before


@pytest.mark.parametrize("name", [*TEXTS, *HTML][::2])
def test_a_hostile_page_is_drafted_or_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = drafted(tmp_path / "specs", "lamps", {**TEXTS, **HTML}[name](1_000), "ListLamps")
    printed = capsys.readouterr()
    assert status in {0, UNREADABLE}
    assert (printed.out + printed.err).replace("\n", "").isprintable()
    assert status or load(tmp_path / "specs" / "lamps.yaml")["openapi"] == "3.1.0"


ADDRESS: Final = "https://lamps.example/api/lamps.html"


@pytest.mark.parametrize(
    ("source", "content", "url", "origin"),
    [
        ("pages/lamps-2026.txt", "", None, Origin("lamps-2026.txt", None)),
        ("pages/lamps", "", ADDRESS, Origin("lamps", ADDRESS)),
        ("-", "", None, Origin("otherwise.txt", None)),
        ("a\nb.txt", "", None, Origin("otherwise.txt", None)),
        (f"{ADDRESS}?a=b", "", None, Origin("lamps.html", f"{ADDRESS}?a=b")),
        ("http://lamps.example/lamps", "", None, Origin("lamps", None)),
        ("x.html", f'<link rel="canonical" href="{ADDRESS}">', None, Origin("x.html", ADDRESS)),
        ("x.html", f"<link href={ADDRESS} rel=canonical>", None, Origin("x.html", ADDRESS)),
        ("x.html", f'<meta property="og:url" content="{ADDRESS}"/>', None, Origin("x.html", ADDRESS)),
        ("x.html", '<link rel="canonical" href="javascript:x">', None, Origin("x.html", None)),
    ],
)
def test_a_page_has_an_address_and_its_capture_a_name(
    source: str, content: str, url: str | None, origin: Origin
) -> None:
    assert origin_of(source, content.encode(), url, "otherwise.txt") == origin


def test_the_spec_states_the_address_or_it_is_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "specs"
    assert drafted(folder, "known", POST, "AddLamp", "--url", ADDRESS) == 0
    assert "the page's address" not in capsys.readouterr().out
    assert drafted(folder, "lamps", PUT, "PaintLamp") == 0
    assert "to do: add the page's address" in capsys.readouterr().out
    page = str(tmp_path / "PaintLamp.txt")
    for more, is_left in (([], True), (["--url", ADDRESS], False)):
        prove(["--specs", str(folder), "--operation", "PaintLamp", "--accept", page, *more])
        assert ("to do: give the page's address" in capsys.readouterr().err) == is_left
    for spec, path, method in (("known", "/v9/lamps", "post"), ("lamps", "/v9/lamps/{lamp_id}", "put")):
        stated = load(folder / f"{spec}.yaml")["paths"][path][method]["x-page"]
        assert (stated["capture"][:3], stated["url"]) == ({"post": "Add", "put": "Pai"}[method], ADDRESS)


IAM: Final = "huawei_iam_v5"


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A folder of specs, that of IAM v5 with a second operation, whose page shows another sample host."""
    folder = copy_of_frozen(tmp_path)
    assert drafted(folder, IAM, LAMPS, "ListLamps") == 0
    return folder


def hosts(specs: Path) -> dict[str, str]:
    """Return what the page of each operation states of the host."""
    return {one["operation"]: one["page"] for one in load(specs / f"{IAM}.yaml")["servers"][0]["x-reading"]}


def accept(specs: Path, text: str) -> None:
    """Accept a page of the second operation of a spec that was filled."""
    fill(specs / f"{IAM}.yaml")
    page = specs.parent / "ListLamps.txt"
    page.write_text(text, encoding="utf-8")
    assert prove(["--specs", str(specs), "--operation", "ListLamps", "--accept", str(page)]) == CHANGED


def test_a_second_operation_takes_the_schemas_that_fit(specs: Path) -> None:
    """One schema has a field more, which a reading explains; nothing else of the spec changes."""
    before, after = load(FROZEN / f"{IAM}.yaml"), load(specs / f"{IAM}.yaml")
    assert check(specs / f"{IAM}.yaml", after) == []
    assert prove(["--specs", str(specs)]) == CHANGED, "the reasons are a person's to write"
    responses = after["paths"].pop("/v9/lamps")["get"]["responses"]
    names = [responses[status]["content"]["application/json"]["schema"]["$ref"] for status in ("400", "404")]
    assert [name.rpartition("/")[2] for name in names] == ["BadRequestBody", "NotFoundBody"]
    assert after["tags"].pop()["name"] == "lamps"
    assert hosts(specs) == {"ListAccessKeys": "https://{endpoint}", "ListLamps": "https://elsewhere.example"}
    del after["components"]["schemas"]["ListLampsResponse"], after["servers"], before["servers"]
    assert after == before
    fill(specs / f"{IAM}.yaml")
    assert prove(["--specs", str(specs)]) == SAME


def test_a_schema_that_doesnt_fit_isnt_taken(tmp_path: Path) -> None:
    folder = copy_of_frozen(tmp_path)
    assert drafted(folder, IAM, LAMPS.replace("request_id|String", "request_id|Integer"), "ListLamps") == 0
    leaf = read_spec(folder / f"{IAM}.yaml").leaves("ListLamps")["404"]
    assert leaf.schema not in load(FROZEN / f"{IAM}.yaml")["components"]["schemas"]


@pytest.mark.parametrize("host", ["https://{endpoint}", "https://nowhere.example"])
def test_a_changed_host_of_one_page_leaves_that_of_the_other(host: str, tmp_path: Path) -> None:
    """The pages may share a reading, which is split."""
    folder = copy_of_frozen(tmp_path)
    assert drafted(folder, IAM, LAMPS.replace("https://elsewhere.example", host), "ListLamps") == 0
    assert ("operation" in load(folder / f"{IAM}.yaml")["servers"][0]["x-reading"][0]) == ("nowhere" in host)
    accept(folder, LAMPS)
    assert hosts(folder) == {"ListAccessKeys": "https://{endpoint}", "ListLamps": "https://elsewhere.example"}
    assert prove(["--specs", str(folder)]) == SAME


def test_a_page_doesnt_change_what_another_operation_shares(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accept(specs, LAMPS.replace("request_id|String", "request_id|Integer"))
    assert "is shared with parts that didn't change" in capsys.readouterr().err
    before, after = (load(folder / f"{IAM}.yaml")["components"]["schemas"] for folder in (FROZEN, specs))
    assert after["NotFoundBody"] == before["NotFoundBody"]

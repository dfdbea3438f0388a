"""A first draft of a spec has all that its page states, marks what no page states, and isn't proved until it is filled.

The four specs that people wrote are the measure: each is drafted from the copy of its page, and compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from pages.filled import fill
from pages.frozen_specs import FROZEN, copy_of_frozen
from pages.hostile import HEAD, HTML, RESPONSE, ROW, TEXTS
from pages.writes import DELETE, POST, PUT, RPC, WRITES
from toolchain.__main__ import main as toolchain
from toolchain.checks import check
from toolchain.document import SPECS, load
from toolchain.gaps import gaps
from toolchain.pages import new
from toolchain.pages.__main__ import main as prove
from toolchain.pages.commands import options
from toolchain.pages.draft.marks import unplaced
from toolchain.pages.draft.origin import Origin, origin_of
from toolchain.pages.facts import Fact, is_same_value
from toolchain.pages.prove.leaf import Leaf
from toolchain.pages.prove.spec import read_spec
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.read.page import read_page

COPIES: Final = Path(__file__).with_name("copies")
OPERATIONS: Final = {
    "alibaba_sas": "DescribeAccesskeyLeakList",
    "huawei_csms": "ListSecrets",
    "huawei_iam_v3": "ShowPermanentAccessKey",
    "huawei_iam_v5": "ListAccessKeys",
}
FIELDS: Final = "Parameter\nType\nDescription\nerror_code\nString\nWhy.\nerror_msg\nString\nWhy.\n"
SAMPLE: Final = "Example Requests\nGET https://elsewhere.example/v9/lamps\n"
LAMPS: Final = (
    f"{HEAD}{ROW}{RESPONSE}Parameter\nType\nDescription\nlamp\nString\nA lamp.\n"
    f"Status code: 400\n{FIELDS}Status code: 404\n{FIELDS}request_id\nString\nThe request.\n{SAMPLE}"
)


def drafted(folder: Path, spec: str, page: str | Path, operation: str, *more: str) -> int:
    """Draft a spec from the text of a page or from its file."""
    if isinstance(page, str):
        text, page = page, folder.parent / f"{operation}.txt"
        page.write_text(text, encoding="utf-8")
    return new.main([spec, str(page), "--operation", operation, "--specs", str(folder), *more])


def generated(folder: Path) -> int:
    return toolchain(["generate", "--specs", str(folder), "--output", str(folder.parent / "made" / "cloudkeys_api")])


class Measure(NamedTuple):
    """How a draft compares with the spec that a person wrote, by aspects in the file: also in the guide.

    Attributes:
        total: How many the spec has.
        right: How many of them the draft has too.
        otherwise: How many of the draft differ, as a reading of the spec explains.
        marks: How many marks the draft has.
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


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each of the four specs, with the first draft of it."""
    made = {spec: tmp_path_factory.mktemp(spec) / "specs" for spec in OPERATIONS}
    for spec, folder in made.items():
        folder.mkdir()
        assert drafted(folder, spec, COPIES / f"{spec}.txt", OPERATIONS[spec]) == 0
    return made


def stated(leaf: Leaf | None) -> dict[str, Any]:
    return {} if leaf is None else {"presence": True, **leaf.aspects}


class Difference(NamedTuple):
    leaf: Leaf
    aspect: str
    spec: Any
    draft: Any

    def is_explained(self) -> bool:
        """Return whether a reading of the spec explains it, or the draft left the place to a person."""
        read = {reading.aspect for reading in self.leaf.readings}
        if self.leaf.place.startswith("server "):
            return "host" in read
        return bool({self.aspect, "presence"} & read) or self.leaf.covered or self.aspect == "schema"


def differences(real: dict[str, Leaf], draft: dict[str, Leaf]) -> Iterator[Difference]:
    for place in {**real, **draft}:
        ours, theirs = stated(real.get(place)), stated(draft.get(place))
        for aspect in {**ours, **theirs}:
            if not is_same_value(ours.get(aspect), theirs.get(aspect)):
                yield Difference(real.get(place) or draft[place], aspect, ours.get(aspect), theirs.get(aspect))


@pytest.mark.parametrize("spec", OPERATIONS)
def test_a_draft_has_what_the_page_states_and_marks_the_rest(
    spec: str, folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = folders[spec] / f"{spec}.yaml"
    real = read_spec(FROZEN / file.name).leaves(OPERATIONS[spec])
    found = list(differences(real, read_spec(file).leaves(OPERATIONS[spec])))
    assert [one for one in found if not one.is_explained()] == []
    everything = {(leaf.pointer_of(aspect), aspect) for leaf in real.values() for aspect in stated(leaf)}
    missing = {(one.leaf.pointer_of(one.aspect), one.aspect) for one in found if one.spec is not None}
    measured = Measure(
        total=len(everything),
        right=len(everything - missing),
        otherwise=len({one.leaf.pointer_of(one.aspect) for one in found if one.draft is not None}),
        marks=len(list(gaps(file))),
    )
    assert measured == MEASURED[spec]
    guide = (SPECS / "pages" / "README.md").read_text(encoding="utf-8")
    assert f"| {spec} | {' | '.join(map(str, measured))} |" in guide
    assert prove(["--specs", str(folders[spec])]) == options.CHANGED
    assert capsys.readouterr().out.count(": to do: de") == measured.marks


@pytest.mark.parametrize("spec", OPERATIONS)
def test_a_filled_draft_is_generated_and_proved(spec: str, folders: dict[str, Path], tmp_path: Path) -> None:
    folder = Path(folders[spec].rename(tmp_path / "specs"))
    fill(folder / f"{spec}.yaml")
    assert (generated(folder), prove(["--specs", str(folder)])) == (0, options.SAME)
    folder.rename(folders[spec])


def test_the_command_lists_what_is_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "specs").mkdir()
    page = COPIES / "alibaba_sas.txt"
    assert drafted(tmp_path / "specs", "alibaba_sas", page, OPERATIONS["alibaba_sas"]) == 0
    printed = capsys.readouterr().out
    assert "to do: describe 50 places in specs/alibaba_sas.yaml" in printed
    assert printed.count("to do: decide: ") + 50 == MEASURED["alibaba_sas"].marks
    assert "to do: decide: the version of the API" in printed


LOST: Final = RPC.replace("The lamps.\n", "The lamps. Valid values: (many)\n", 1)
QUERY: Final = (
    "Table 3 Request query parameters\nParameter\nMandatory\nType\nDescription\nids\nNo\nArray of integers\nAll.\n"
)
HEADERS: Final = "Table 5 Response header parameters\nParameter\nType\nDescription\nX-Count\nInteger\nHow many.\n"
LOCATED: Final = (
    "Lamps\nURI\nPOST /v9/lamps\nRequest parameters\nParameter\nLocation\nType\nDescription\n"
    "colour\nbody\nString\nThe colour.\nsize\nquery\nInteger\nThe size.\nResponse Parameters\nStatus code: 204\n"
)
DRAFTS: Final[dict[str, tuple[str, str, dict[str, dict[str, Any]]]]] = {
    # a page that writes: (the operation, the page, what the draft states at places; {} if the place is absent)
    "a body": (
        "PaintLamp",
        PUT.replace("Table 3 Request body", f"{QUERY}Table 3 Request body", 1),
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
    "a status and a secret": (
        "AddLamp",
        POST.replace("Table 2 Response body", f"{HEADERS}Table 2 Response body"),
        {
            "status 200": {},
            "201 lamp_secret": {"format": "To be decided: password if it is a secret; otherwise delete this line"},
            "201 lamp_id": {"type": "string"},
            "response-header 201 X-Count": {"type": "integer"},
            "header Content-Type": {"enum": ["application/json;charset=utf8"]},
        },
    ),
    "nothing in return": ("RemoveLamp", DELETE, {"status 204": {"content": None}, "204": {}}),
    "an action": (
        "SwitchLamps",
        RPC,
        {
            "query Action": {},
            "header x-acs-action": {"enum": ["SwitchLamps"]},
            "header x-acs-version": {"enum": ["To be decided: the version of the API, as YYYY-MM-DD"]},
            "query IdList": {"x-array": "numbered"},
            "query IdList[]": {"format": "int64"},
        },
    ),
    "a column of locations": (
        "AddLamp",
        LOCATED,
        {"body colour": {"type": "string"}, "query size": {"in": "query"}},
    ),
}


@pytest.mark.parametrize("name", DRAFTS)
def test_a_page_of_an_operation_that_writes_is_drafted_in_full(name: str, tmp_path: Path) -> None:
    operation, text, places = DRAFTS[name]
    folder = tmp_path / "specs"
    folder.mkdir()
    assert drafted(folder, "lamps", text, operation) == 0
    spec = read_spec(folder / "lamps.yaml")
    leaves = spec.leaves(operation)
    for place, expected in places.items():
        assert (place in leaves) == bool(expected), place
        if expected:
            leaf = leaves[place]
            node: Any = spec.document
            for token in leaf.pointer.split("/")[1:]:
                node = node[int(token) if isinstance(node, list) else token.replace("~1", "/")]
            readings = {f"reading of {one.aspect}": one.page for one in leaf.readings}
            found = node | leaf.aspects | readings | {"named": leaf.schema, "pointer": leaf.pointer}
            assert {aspect: found.get(aspect) for aspect in expected} == expected, place
    facts = kept_pages(folder, "lamps")[operation].page().by_place()
    assert unplaced(spec.document, operation, facts) == []
    for place in [place for place in facts if place.split()[0] in {"body", "query", "path"}]:
        assert unplaced(spec.document, operation, {**facts, f"{place}x": Fact(f"{place}x", (1, 1), {"type": "string"})})


def test_drafts_of_several_pages_are_generated_only_when_filled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    for operation, text in WRITES.items():
        assert drafted(folder, "actions" if operation == "SwitchLamps" else "lamps", text, operation) == 0
    assert generated(folder) == 1
    assert not (tmp_path / "made").exists()
    refused = capsys.readouterr().err
    assert prove(["--specs", str(folder)]) == options.CHANGED
    unproved = capsys.readouterr().out
    for file in folder.glob("*.yaml"):
        for line, message in gaps(file):
            assert f"specs/{file.name}: line {line}: {message}" in refused
            assert f"specs/{file.name}:{line}: {message}" in unproved
        fill(file)
    assert (generated(folder), prove(["--specs", str(folder)])) == (0, options.SAME)


def test_a_setting_of_the_client_is_one_for_each_operation(tmp_path: Path) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    assert drafted(folder, "lamps", PUT, "PaintLamp") == 0
    file, parameter = folder / "lamps.yaml", "        - name: lamp_id\n"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(parameter, f"{parameter}          x-client-setting: true\n"), encoding="utf-8")
    assert drafted(folder, "lamps", DELETE, "RemoveLamp") == 0
    (lamp_id,) = load(file)["paths"]["/v9/lamps/{lamp_id}"]["delete"]["parameters"]
    assert lamp_id["x-client-setting"] is True


def test_unread_lines_are_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (unread,) = {one.why for one in read_page(LOST.encode()).unread}
    assert drafted(tmp_path, "actions", LOST, "SwitchLamps") == 0
    assert unread in capsys.readouterr().out
    assert any(unread in message for _, message in gaps(tmp_path / "actions.yaml"))


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (["Lamps!", "--operation", "ListLamps"], LAMPS, "lower-case words"),
        (["lamps"], LAMPS, "--operation"),
        (["huawei_iam_v5", "--operation", "ListAccessKeys"], LAMPS, "--accept"),
        (["lamps", "--operation", "ListLamps"], "nothing", "isn't the page of an operation"),
        (["lamps", "--operation", "AddLamp"], LOCATED.replace("\nbody\n", "\nformData\n"), "sent as a form"),
        (
            ["huawei_iam_v5", "--operation", "Other"],
            LAMPS.replace("/v9/lamps", "/v5/users/{user_id}/access-keys"),
            "already has ListAccessKeys",
        ),
    ],
)
def test_a_page_that_cant_be_drafted_is_refused_and_nothing_is_written(
    arguments: list[str], text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, page = copy_of_frozen(tmp_path), tmp_path / "page.txt"
    before = {file: file.read_bytes() for file in folder.rglob("*.yaml")}
    page.write_text(text, encoding="utf-8")
    assert new.main([arguments[0], str(page), *arguments[1:], "--specs", str(folder)]) == options.UNREADABLE
    assert message in capsys.readouterr().err
    assert {file: file.read_bytes() for file in folder.rglob("*.yaml")} == before


@pytest.mark.parametrize("name", [*TEXTS, *HTML])
def test_a_hostile_page_is_drafted_or_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page"
    page.write_text({**TEXTS, **HTML}[name](1_000), encoding="utf-8")
    status = drafted(tmp_path, "lamps", page, "ListLamps")
    printed = capsys.readouterr()
    assert status in {0, options.UNREADABLE}
    assert (printed.out + printed.err).replace("\n", "").isprintable()
    if status == 0:
        assert load(tmp_path / "lamps.yaml")["openapi"] == "3.1.0"


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
    folder = copy_of_frozen(tmp_path)
    file, at = folder / "lamps.yaml", ("/v9/lamps", "post")
    for more, url, is_left in ((["--url", ADDRESS], ADDRESS, False), ([], None, True)):
        assert drafted(folder, "lamps", POST, "AddLamp", *more) == 0
        assert ("to do: add the page's address" in capsys.readouterr().out) == is_left
        page = load(file)["paths"][at[0]][at[1]]["x-page"]
        assert (page["capture"], page.get("url")) == ("AddLamp.txt", url)
        if url is not None:
            file.unlink()
    accepting = ["--specs", str(folder), "--operation", "AddLamp", "--accept", str(tmp_path / "AddLamp.txt")]
    for more, is_left in (([], True), (["--url", ADDRESS], False)):
        prove([*accepting, *more])
        assert ("to do: give the page's address" in capsys.readouterr().err) == is_left
    assert load(file)["paths"][at[0]][at[1]]["x-page"]["url"] == ADDRESS


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The spec of IAM v5 with a second operation, whose page shows another sample host; filled."""
    folder = copy_of_frozen(tmp_path_factory.mktemp("project"))
    file = folder / "huawei_iam_v5.yaml"
    before = load(file)
    assert drafted(folder, file.stem, LAMPS, "ListLamps") == 0
    after = load(file)
    assert check(file, after) == []
    assert prove(["--specs", str(folder)]) == options.CHANGED, "the reasons are a person's to write"
    assert (after["tags"].pop()["name"], after["paths"].pop("/v9/lamps")["get"]["operationId"]) == (
        *("lamps", "ListLamps"),
    )
    readings = after["servers"][0]["x-reading"]
    assert [(one["operation"], one["page"]) for one in readings] == [
        ("ListAccessKeys", "https://{endpoint}"),
        ("ListLamps", "https://elsewhere.example"),
    ]
    del after["components"]["schemas"]["ListLampsResponse"], after["servers"], before["servers"]
    assert after == before
    fill(file)
    assert prove(["--specs", str(folder)]) == options.SAME
    return file.read_bytes()


def second(tmp_path: Path, shared: bytes, text: str) -> Path:
    """Accept a page of the second operation; return the spec."""
    folder, page = copy_of_frozen(tmp_path), tmp_path / "ListLamps.txt"
    file = folder / "huawei_iam_v5.yaml"
    assert drafted(folder, file.stem, LAMPS, "ListLamps") == 0
    file.write_bytes(shared)
    page.write_text(text, encoding="utf-8")
    assert prove(["--specs", str(folder), "--operation", "ListLamps", "--accept", str(page)]) == options.CHANGED
    return file


def test_a_second_operation_takes_the_schemas_that_fit(shared: bytes, tmp_path: Path) -> None:
    """One schema has a field more, which a reading explains."""
    (tmp_path / "lamps.yaml").write_bytes(shared)
    responses = load(tmp_path / "lamps.yaml")["paths"]["/v9/lamps"]["get"]["responses"]
    names = [responses[status]["content"]["application/json"]["schema"]["$ref"] for status in ("400", "404")]
    assert [name.rpartition("/")[2] for name in names] == ["BadRequestBody", "NotFoundBody"]
    folder = copy_of_frozen(tmp_path)
    other = LAMPS.replace("request_id\nString", "request_id\nInteger")
    assert drafted(folder, "huawei_iam_v5", other, "ListLamps") == 0
    leaf = read_spec(folder / "huawei_iam_v5.yaml").leaves("ListLamps")["404"]
    assert leaf.schema not in load(FROZEN / "huawei_iam_v5.yaml")["components"]["schemas"]


def test_a_changed_host_of_one_page_leaves_the_other_alone(shared: bytes, tmp_path: Path) -> None:
    file = second(tmp_path, shared, LAMPS.replace("elsewhere", "nowhere"))
    hosts = load(file)["servers"][0]["x-reading"]
    assert [one["page"] for one in hosts] == ["https://{endpoint}", "https://nowhere.example"]
    assert prove(["--specs", str(file.parent)]) == options.SAME


def test_a_shared_reading_is_split_when_one_page_changes(tmp_path: Path) -> None:
    folder, page = copy_of_frozen(tmp_path), tmp_path / "page.txt"
    file = folder / "huawei_iam_v5.yaml"
    assert (
        drafted(folder, file.stem, LAMPS.replace("https://elsewhere.example", "https://{endpoint}"), "ListLamps") == 0
    )
    assert "operation" not in load(file)["servers"][0]["x-reading"][0]
    fill(file)
    page.write_text(LAMPS, encoding="utf-8")
    assert prove(["--specs", str(folder), "--operation", "ListLamps", "--accept", str(page)]) == options.CHANGED
    hosts = {one["operation"]: one["page"] for one in load(file)["servers"][0]["x-reading"]}
    assert hosts == {"ListAccessKeys": "https://{endpoint}", "ListLamps": "https://elsewhere.example"}
    assert prove(["--specs", str(folder)]) == options.SAME


def test_a_page_doesnt_change_what_another_operation_shares(
    shared: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = second(tmp_path, shared, LAMPS.replace("request_id\nString", "request_id\nInteger"))
    assert "is shared with parts that didn't change" in capsys.readouterr().err
    body = load(FROZEN / file.name)["components"]["schemas"]["NotFoundBody"]
    assert load(file)["components"]["schemas"]["NotFoundBody"] == body

"""What puts the documentation site together can't lag behind the code, and each of its checks can fail."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from lxml import html

from cloudkeys import errors
from generation.spec_factory import small_spec, write_spec
from site_builder import built_site
from site_builder.errors import MARKER, with_errors
from site_builder.look import chromium, excused
from site_builder.operation_pages import inert, with_evidence, write_operations
from site_builder.public_names import complaints, imported_by_examples, public_objects
from site_builder.redoc import local
from site_builder.reference_pages import write_reference
from site_builder.repository import ELSEWHERE, ROOT, WRITTEN, relinked
from toolchain.document import SPECS
from toolchain.pages.explain import links

HOSTILE = (
    "<script>alert(1)</script> [x](javascript:1) `*_~| {{ 7 }} </td> ![i](https://evil.example/i)\n# head\n```\n:::"
)


def package(folder: Path, text: str) -> list[Path]:
    """Write both packages, with a module of that text, and return where griffe finds them."""
    for name, module in (("cloudkeys", text), ("cloudkeys_api", '"""Generated."""\n')):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(module, encoding="utf-8")
    return [folder]


def test_a_public_name_without_a_docstring_or_a_page_is_found(tmp_path: Path) -> None:
    text = '''
"""A package."""

__all__ = ["Told", "like", "silent", "unlike"]


class Told:
    """Told.

    Attributes:
        known: Known.
    """

    known: int = 1
    unknown: int = 2

    def method(self, first: int, second: int) -> None:
        """Do it.

        Args:
            first: One.
        """


def silent() -> None: ...


def like(first: int) -> None:
    """Do it, as `Told.method` does."""


def unlike(first: int) -> None:
    """Do it, as `Told.nothing` does."""


def _private() -> None: ...


def not_exported() -> None: ...
'''
    found = public_objects(package(tmp_path, text), ["cloudkeys"])
    on_site = {f"cloudkeys{name}" for name in ("", ".Told", ".Told.method", ".silent", ".like", ".unlike")}
    assert complaints(found, on_site) == [
        "cloudkeys.Told.unknown: no docstring",
        "cloudkeys.Told.unknown: on no page of the site",
        "cloudkeys.Told.method: no description of the argument second",
        "cloudkeys.silent: no docstring",
        "cloudkeys.unlike: no description of the argument first",
        "cloudkeys_api: on no page of the site",
    ]


def test_all_public_names_have_docstrings_and_lazy_exports_are_public() -> None:
    found = public_objects()
    names = {one.path for one in found}
    assert {"cloudkeys.Huawei", "cloudkeys.AsyncListing.pages", "cloudkeys.testing.FakeCloud.inject"} <= names
    assert {f"cloudkeys_api.huawei_csms.client.{kind}.list_secrets" for kind in ("Client", "AsyncClient")} <= names
    assert {"cloudkeys.errors.ThrottledError", "cloudkeys_api.huawei_csms.models.Secret.state"} <= names
    assert len(names) > 400
    assert complaints(found, names) == []


def test_fields_of_models_have_the_text_of_their_class() -> None:
    found = {one.path: one.docstring for one in public_objects()}
    leak = found["cloudkeys_api.alibaba_sas.models.AccessKeyLeak.accesskey_id"]
    value = found["cloudkeys_api.alibaba_sas.models.LeakStatus.DEALED"]
    owner = found["cloudkeys_api.alibaba_sas.models.AccessKeyLeak"]
    assert leak is not None
    assert leak.value == "The ID of the leaked AccessKey pair. The vendor's name: `AccesskeyId`."
    assert value is not None
    assert value.value == "`dealed`: handled."
    assert owner is not None
    assert "AccesskeyId" not in owner.value


def test_imports_of_code_on_pages_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nawait x\nfrom cloudkeys.testing import faults, FakeCloud\nimport json\n```\n```python\nelse:\n```\n"
    )
    program = tmp_path / "program.py"
    program.write_text("from cloudkeys.runtime.redaction import printable\n")
    assert imported_by_examples([page, program]) == {
        "cloudkeys.testing.faults": "page.md",
        "cloudkeys.testing.FakeCloud": "page.md",
        "cloudkeys.runtime.redaction.printable": "program.py",
    }


def test_the_page_of_errors_has_the_whole_tree() -> None:
    page = with_errors(f"# Errors\n\n{MARKER}\n")
    expected = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert len(expected) > 10
    for kind in expected:
        assert page.count(f"::: cloudkeys.errors.{kind.__name__}\n") == 1
        assert f"[{kind.__name__}][cloudkeys.errors.{kind.__name__}]" in page


def test_an_error_that_does_not_say_what_to_do_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors.ThrottledError, "__doc__", "There were too many requests.")
    with pytest.raises(ValueError, match="'What to do:': ThrottledError"):
        with_errors(MARKER)
    with pytest.raises(ValueError, match="must have one line"):
        with_errors("# Errors\n")


def site_of(folder: Path, **pages: str) -> Path:
    for name, body in pages.items():
        (folder / f"{name}.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<a href="other.html#there">x</a>', None),
        ('<a href="https://example.com/">x</a><a href="mailto:a@example.com">x</a>', None),
        ('<a href="missing.html">x</a>', "nothing is at missing.html"),
        ('<a href="other.html#nowhere">x</a>', "no such anchor: other.html#nowhere"),
        ('<a href="#nowhere">x</a>', "no such anchor: #nowhere"),
        ('<a href="javascript:alert(1)">x</a>', "a link to javascript:alert(1)"),
        ('<a href="http://example.com">x</a>', "a link to http://example.com"),
        ('<script src="https://cdn.example/x.js"></script>', "loads https://cdn.example/x.js"),
        ('<img src="//cdn.example/x.png">', "loads //cdn.example/x.png"),
        ('<link rel="preconnect" href="https://fonts.example">', "loads https://fonts.example"),
        ("<style>@import 'https://fonts.example/x.css';</style>", "loads https://fonts.example/x.css"),
        ('<p style="background: url(https://evil.example/x)">x</p>', "loads https://evil.example/x"),
        ('<img src="missing.png">', "loads missing.png, which isn't there"),
    ],
)
def test_dead_links_and_what_is_loaded_from_elsewhere_are_found(tmp_path: Path, body: str, problem: str | None) -> None:
    site_of(tmp_path, index=f'{body}<a href="other.html">x</a>', other='<p id="there">x</p><a href="index.html">x</a>')
    assert built_site.problems(tmp_path) == ([] if problem is None else [f"index.html: {problem}"])


def test_a_style_sheet_that_loads_from_elsewhere_a_lonely_page_and_no_pages_are_found(tmp_path: Path) -> None:
    assert built_site.problems(tmp_path) == [f"{tmp_path}: no pages"]
    site_of(tmp_path, index="", lonely='<a href="lonely.html">x</a>')
    (tmp_path / "site.css").write_text("a { background: url('https://fonts.example/a.woff2') }")
    assert built_site.problems(tmp_path) == [
        "site.css: loads https://fonts.example/a.woff2",
        "lonely.html: no page links to it; name it in `nav` of docs/mkdocs.yml",
    ]


def test_links_between_the_repository_and_the_site(tmp_path: Path) -> None:
    text = """[reading](../specs/README.md#extensions) [page](paging.md) [spec](../../specs/huawei_csms.yaml)
`[code](../../specs/README.md)` [out](https://example.com) ![chart](../../tests/bench/results/chart.svg)

```text
[fenced](../../specs/README.md)
```

[rules](../../specs/README.md#extensions) [`errors.py`](../../overlays/cloudkeys/errors.py)
<!-- include: LICENSE -->
"""
    found = relinked(text, WRITTEN / "x.md", "x.md", tmp_path)
    assert "[rules](specs.md#extensions)" in found
    assert "`[code](../../specs/README.md)`" in found
    assert "[fenced](../../specs/README.md)" in found
    assert "[page](paging.md)" in found
    assert "[reading](../specs/README.md#extensions)" in found, "a link to nothing stays, so that the build refuses it"
    assert "spec (`specs/huawei_csms.yaml`)" in found
    assert " `overlays/cloudkeys/errors.py`" in found
    assert "![chart](images/tests/bench/results/chart.svg)" in found
    assert (tmp_path / "images/tests/bench/results/chart.svg").exists()
    assert (ROOT / "LICENSE").read_text().splitlines()[0] in found


def test_documents_of_the_repository_link_to_each_other_on_the_site(tmp_path: Path) -> None:
    text = (ROOT / "specs/README.md").read_text(encoding="utf-8")
    found = relinked(text, ROOT / "specs/README.md", ELSEWHERE["specs/README.md"], tmp_path)
    assert "[pages/README.md](page-changes.md)" in found
    text = "[policy](docs/pages/speed.md#results)"
    assert relinked(text, ROOT / "CONTRIBUTING.md", "contributing.md", tmp_path) == "[policy](speed.md#results)"


def test_hostile_text_is_no_markup() -> None:
    found = inert(HOSTILE)
    assert not set("<>[]()`*_~|{}#!\n\"'&#;") & set(re.sub(r"&#\d+;", "", found)) - set("'")
    assert html.fromstring(f"<p>{found}</p>").text_content() == " ".join(HOSTILE.split())


def hostile_specs(folder: Path) -> Path:
    """Return a folder with a spec each of whose texts wants to be more, as a page's could be."""
    document = small_spec()
    operation = document["paths"]["/things/{thing_id}"]["get"]
    operation["x-page"] = {"title": HOSTILE, "updated": None, "language": "en", "edition": HOSTILE, "url": "https://x"}
    operation["description"] = HOSTILE
    reading = {"aspect": "presence", "page": HOSTILE, "taken": HOSTILE, "why": HOSTILE}
    for part in (operation["parameters"][0], document["components"]["schemas"]["FakeResponse"]["properties"]["text"]):
        part |= {"description": HOSTILE, "x-reading": [reading]}
    fact = {"place": "query kind", "lines": "3-4", "type": HOSTILE}
    kept = {"captured": "2026-01-01", "sha256": "0" * 64, "stated_lines": 2, "understood_lines": 2, "facts": [fact]}
    write_spec(folder, {"ShowThing": kept}, "pages/small.yaml")
    return write_spec(folder, document)


def test_hostile_text_of_a_page_stays_text_on_the_pages_of_operations(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_operations(site, {"cloudkeys_api.small.api.things.show_thing": "x.md"}, hostile_specs(tmp_path))
    page = (site / "operations" / "small" / "ShowThing.md").read_text(encoding="utf-8")
    tree = html.fromstring(page)
    assert tree.xpath("//script | //img | //*[starts-with(@href, 'javascript')]") == []
    assert page.count("alert&#40;1&#41;") > 5
    assert not any(line.startswith(("# head", "```", ":::")) for line in page.splitlines())
    spec = json.loads((site / "operations" / "small" / "openapi.json").read_text(encoding="utf-8"))
    described = spec["paths"]["/things/{thing_id}"]["get"]["parameters"][0]["description"]
    assert "<script>" not in described.partition("**Page:**")[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return the folder of the pages of all operations, and the page of each symbol."""
    folder = tmp_path_factory.mktemp("site")
    modules = write_reference(folder)
    homes = {one.path: modules[one.module.path] for one in public_objects() if one.module.path in modules}
    write_operations(folder, homes)
    return folder, homes


LINKS = list(links(SPECS))
each_operation = pytest.mark.parametrize(
    ("stem", "operation"),
    [
        pytest.param(stem, operation, id=f"{stem}.{operation}")
        for stem, operation in dict.fromkeys((link.spec.stem, link.operation) for link in LINKS)
    ],
)


@each_operation
def test_each_field_has_its_lines_and_its_readings(
    made: tuple[Path, dict[str, str]], stem: str, operation: str
) -> None:
    tree = html.parse(str(made[0] / "operations" / stem / f"{operation}.md"))
    rows = {row.get("id"): row for row in tree.xpath("//table[@class='evidence']/tbody/tr")}
    of_it = [link for link in LINKS if (link.spec.stem, link.operation) == (stem, operation)]
    assert len(rows) == len(of_it)
    assert len(tree.xpath("//p[@class='reading']")) == sum(len(link.leaf.readings) for link in of_it)


@each_operation
@pytest.mark.parametrize("client", ["Client", "AsyncClient"])
def test_each_operation_shows_the_methods_that_call_it(
    made: tuple[Path, dict[str, str]], stem: str, operation: str, client: str
) -> None:
    folder, homes = made
    module = next(
        name for link in LINKS if link.operation == operation for name in link.symbols if f".{stem}.api." in name
    )
    method = f"cloudkeys_api.{stem}.client.{client}.{module.rpartition('.')[2]}"
    for page, up in ((f"operations/{stem}/{operation}.md", "../../"), ("operations/index.md", "../")):
        tree = html.parse(str(folder / page))
        assert len(tree.xpath(f"//a[@href='{up}{homes[method]}#{method}']")) == 1


def test_a_field_has_its_lines_its_reading_and_its_symbol(made: tuple[Path, dict[str, str]]) -> None:
    secret = html.parse(str(made[0] / "operations" / "huawei_csms" / "ListSecrets.md"))
    row = secret.xpath("//tr[@id='200-secrets-item.secret_type']")[0]
    text = " ".join(row.text_content().split())
    assert "lines 177-183" in text
    assert "The vendor added two types and gave RDS up" in text
    target = "../../reference/cloudkeys_api/huawei_csms.md#cloudkeys_api.huawei_csms.models.Secret.secret_type"
    assert target in row.xpath(".//a/@href")


def test_calls_are_shown_as_a_program_writes_them(made: tuple[Path, dict[str, str]]) -> None:
    index = html.parse(str(made[0] / "operations" / "index.md"))
    text = " ".join(index.getroot().text_content().split())
    assert "huawei.iam_v3.show_permanent_access_key(access_key) async" in text
    assert "huawei.iam_v5.list_access_keys(user_id) async" in text


def test_operations_of_one_name_stand_below_their_apis(made: tuple[Path, dict[str, str]]) -> None:
    lines = (made[0] / "operations" / "SUMMARY.md").read_text(encoding="utf-8").splitlines()
    for api, stem in (
        ("Alibaba Cloud Identity Management Service", "alibaba_ims"),
        ("Huawei Cloud IAM v5", "huawei_iam_v5"),
    ):
        at = lines.index(f"    - [CreateAccessKey]({stem}/CreateAccessKey.md)")
        assert [line for line in lines[:at] if not line.startswith(" ")][-1] == f"- {api}"


def test_the_copies_for_redoc_differ_from_the_specs_in_their_descriptions_alone() -> None:
    of_spec = [link for link in links(SPECS) if link.spec.stem == "huawei_iam_v5"]
    before = json.loads(json.dumps(of_spec[0].spec.document))
    found = with_evidence(of_spec)
    limit = found["paths"]["/v5/users/{user_id}/access-keys"]["get"]["parameters"][1]["description"]
    assert limit == "The number of access keys on a page.\n\n**Page:** lines 40&#45;44."
    assert of_spec[0].spec.document == before
    assert without_descriptions(found) == without_descriptions(before)


def without_descriptions(node: object) -> object:
    if isinstance(node, dict):
        return {key: without_descriptions(value) for key, value in node.items() if key != "description"}
    return [without_descriptions(item) for item in node] if isinstance(node, list) else node


REDOC = """<head><title>x</title><link rel="modulepreload" href="https://cdn.example/redoc.standalone.js"></head>
<script>one()</script><script type="module">import { hydrate } from "https://cdn.example/v3/redoc.standalone.js";
</script>"""


def test_a_page_of_redoc_loads_its_script_from_the_site_and_runs_no_other() -> None:
    page = local(REDOC)
    assert "https://cdn" not in page
    assert 'from "../redoc.standalone.js"' in page
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert len(policy) == 1
    assert "connect-src 'none'" in policy[0]
    assert policy[0].count("'sha256-") == 2
    assert "'unsafe-inline'" not in policy[0].partition("script-src")[2].partition(";")[0]


@pytest.mark.parametrize("change", ['redoc.standalone.js";', "<head>"])
def test_a_page_of_redoc_that_looks_otherwise_is_refused(change: str) -> None:
    with pytest.raises(ValueError, match="not one of each"):
        local(REDOC.replace(change, ""))


def test_what_axe_may_find_is_excused_there_alone() -> None:
    assert excused("operations/x/openapi.html", "region", "<span>")
    assert not excused("index.html", "region", "<span>")
    assert not excused("operations/x/openapi.html", "color-contrast", "<span>")


def test_where_there_is_no_browser_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match="install Chromium"):
        chromium()

"""The documentation site covers all of the code and the specs, and each check of the site can fail."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import html

from cloudkeys import errors
from generation.spec_factory import small_spec, write_spec
from site_builder import built_site
from site_builder.errors import MARKER, with_errors
from site_builder.look import excused
from site_builder.operation_pages import escaped, with_evidence, write_operations
from site_builder.public_names import imported_by_examples, problems, public_objects
from site_builder.redoc import local
from site_builder.reference_pages import write_reference
from site_builder.repository import ELSEWHERE, ROOT, WRITTEN, relinked
from toolchain.document import SPECS
from toolchain.pages.explain import Link, links

HOSTILE = (
    "<script>alert(1)</script> [x](javascript:1) `*_~| {{ 7 }} </td> ![i](https://evil.example/i)\n# head\n```\n:::"
)
PACKAGE = '''
"""A package."""

__all__ = ["Documented", "like", "silent", "unlike"]


class Documented:
    """Documented.

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
    """Do it, as `Documented.method` does."""


def unlike(first: int) -> None:
    """Do it, as `Documented.nothing` does."""


def _private() -> None: ...


def not_exported() -> None: ...
'''


def test_a_public_name_without_a_docstring_or_a_page_is_found(tmp_path: Path) -> None:
    for name, module in (("cloudkeys", PACKAGE), ("cloudkeys_api", '"""Generated."""\n')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(module, encoding="utf-8")
    found = public_objects([tmp_path], ["cloudkeys"])
    names = ("", ".Documented", ".Documented.method", ".silent", ".like", ".unlike")
    found_names = [line.partition(":")[0] for line in problems(found, {f"cloudkeys{name}" for name in names})]
    assert found_names == [
        *["cloudkeys.Documented.unknown"] * 2,  # it has neither a docstring nor a page
        "cloudkeys.Documented.method",
        "cloudkeys.silent",
        "cloudkeys.unlike",
        "cloudkeys_api",
    ]


def test_all_public_names_have_docstrings() -> None:
    found = {one.path: one for one in public_objects()}
    methods = {f"cloudkeys_api.huawei_csms.client.{kind}.list_secrets" for kind in ("Client", "AsyncClient")}
    assert {"cloudkeys.Huawei", "cloudkeys.testing.FakeCloud.inject", "cloudkeys.errors.ThrottledError"} <= found.keys()
    assert methods <= found.keys()
    assert len(found) > 400
    assert problems(list(found.values()), set(found)) == []
    docstring = found["cloudkeys_api.alibaba_sas.models.LeakStatus.DEALED"].docstring
    assert docstring is not None
    assert docstring.value == "`dealed`: handled."


def test_the_names_that_pages_and_examples_import_are_found(tmp_path: Path) -> None:
    page, program = tmp_path / "page.md", tmp_path / "program.py"
    page.write_text(
        "```python\nawait x\nfrom cloudkeys.testing import faults, FakeCloud\nimport json\n```\n```python\nelse:\n```\n"
    )
    program.write_text("from cloudkeys.runtime.redaction import printable\n")
    assert imported_by_examples([page, program]) == {
        "cloudkeys.testing.faults": "page.md",
        "cloudkeys.testing.FakeCloud": "page.md",
        "cloudkeys.runtime.redaction.printable": "program.py",
    }


def test_the_page_of_errors_has_the_whole_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_errors(f"# Errors\n\n{MARKER}\n")
    expected = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert len(expected) > 10
    for kind in expected:
        assert page.count(f"::: cloudkeys.errors.{kind.__name__}\n") == 1
        assert f"[{kind.__name__}][cloudkeys.errors.{kind.__name__}]" in page
    monkeypatch.setattr(errors.ThrottledError, "__doc__", "There were too many requests.")
    with pytest.raises(ValueError, match="ThrottledError"):
        with_errors(MARKER)


def write_site(folder: Path, **pages: str) -> None:
    for name, body in pages.items():
        (folder / f"{name}.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ('<a href="other.html#there">x</a><a href="https://example.com/">x</a>', None),
        ('<a href="missing.html">x</a>', "missing.html"),
        ('<a href="other.html#nowhere">x</a>', "other.html#nowhere"),
        ('<a href="javascript:alert(1)">x</a>', "javascript:alert(1)"),
        ('<a href="http://example.com">x</a>', "http://example.com"),
        ('<script src="https://cdn.example/x.js"></script>', "https://cdn.example/x.js"),
        ('<img src="//cdn.example/x.png">', "//cdn.example/x.png"),
        ('<link rel="preconnect" href="https://fonts.example">', "https://fonts.example"),
        ("<style>@import 'https://fonts.example/x.css';</style>", "https://fonts.example/x.css"),
        ('<p style="background: url(https://evil.example/x)">x</p>', "https://evil.example/x"),
        ('<img src="missing.png">', "missing.png"),
    ],
)
def test_dead_links_and_external_resources_are_found(tmp_path: Path, body: str, wrong: str | None) -> None:
    other = '<p id="there">x</p><a href="index.html">x</a>'
    write_site(tmp_path, index=f'{body}<a href="other.html">x</a>', other=other)
    found = built_site.problems(tmp_path)
    assert len(found) == (wrong is not None)
    assert all(line.startswith("index.html: ") and str(wrong) in line for line in found)


def test_an_external_font_an_unlinked_page_and_an_empty_site_are_found(tmp_path: Path) -> None:
    assert len(built_site.problems(tmp_path)) == 1
    write_site(tmp_path, index="", lonely='<a href="lonely.html">x</a>')
    (tmp_path / "site.css").write_text("a { background: url('https://fonts.example/a.woff2') }")
    assert [line.partition(":")[0] for line in built_site.problems(tmp_path)] == ["site.css", "lonely.html"]


@pytest.mark.parametrize(
    ("text", "on_site"),
    [
        ("[rules](../../specs/README.md#extensions)", "[rules](specs.md#extensions)"),
        ("[spec](../../specs/huawei_csms.yaml)", "spec (`specs/huawei_csms.yaml`)"),
        ("[`errors.py`](../../overlays/cloudkeys/errors.py)", "`overlays/cloudkeys/errors.py`"),
        ("`[code](../../specs/README.md)`", "`[code](../../specs/README.md)`"),
        ("```text\n[code](../../specs/README.md)\n```", "```text\n[code](../../specs/README.md)\n```"),
        # The link stays, so that the build refuses it.
        ("[dead](../specs/README.md)", "[dead](../specs/README.md)"),
        ("![chart](../../tests/bench/results/chart.svg)", "![chart](images/tests/bench/results/chart.svg)"),
        ("<!-- include: pyproject.toml -->", (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()[0]),
    ],
)
def test_links_to_the_repository_work_on_the_site(tmp_path: Path, text: str, on_site: str) -> None:
    assert on_site in relinked(f"Text.\n\n{text}\n", WRITTEN / "x.md", "x.md", tmp_path)
    assert (tmp_path / "images/tests/bench/results/chart.svg").exists() == ("chart" in text)


def test_documents_of_the_repository_link_to_each_other_on_the_site(tmp_path: Path) -> None:
    text = "[changes](pages/README.md), [policy](../docs/pages/speed.md#results)"
    found = relinked(text, ROOT / "specs/README.md", ELSEWHERE["specs/README.md"], tmp_path)
    assert found == "[changes](page-changes.md), [policy](speed.md#results)"


def hostile_specs(folder: Path) -> Path:
    """Return a folder with a spec in which every text contains markup, as a page's could."""
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


def test_text_of_a_page_is_never_markup(tmp_path: Path) -> None:
    assert html.fromstring(f"<p>{escaped(HOSTILE)}</p>").text_content() == " ".join(HOSTILE.split())
    site = tmp_path / "site"
    write_operations(site, {"cloudkeys_api.small.api.things.show_thing": "x.md"}, hostile_specs(tmp_path))
    page = (site / "operations" / "small" / "ShowThing.md").read_text(encoding="utf-8")
    assert html.fromstring(page).xpath("//script | //img | //*[starts-with(@href, 'javascript')]") == []
    assert page.count("alert&#40;1&#41;") > 5
    assert not any(line.startswith(("# head", "```", ":::")) for line in page.splitlines())
    spec = json.loads((site / "operations" / "small" / "openapi.json").read_text(encoding="utf-8"))
    described = spec["paths"]["/things/{thing_id}"]["get"]["parameters"][0]["description"]
    assert "<script>" not in described.partition("**Page:**")[2]


@pytest.fixture(scope="module")
def fields() -> dict[tuple[str, str], list[Link]]:
    """Return the links of each operation's fields, by spec and operation."""
    found: dict[tuple[str, str], list[Link]] = {}
    for link in links(SPECS):
        found.setdefault((link.spec.stem, link.operation), []).append(link)
    return found


def test_each_operation_has_a_page_with_its_fields_readings_and_methods(
    tmp_path: Path, fields: dict[tuple[str, str], list[Link]]
) -> None:
    modules = write_reference(tmp_path)
    homes = {one.path: modules[one.module.path] for one in public_objects() if one.module.path in modules}
    write_operations(tmp_path, homes)
    folder = tmp_path / "operations"
    index = html.parse(str(folder / "index.md"))
    for (stem, operation), of_it in fields.items():
        page = html.parse(str(folder / stem / f"{operation}.md"))
        assert len(page.xpath("//table[@class='evidence']/tbody/tr")) == len(of_it), operation
        assert len(page.xpath("//p[@class='reading']")) == sum(len(link.leaf.readings) for link in of_it), operation
        module = next(name for link in of_it for name in link.symbols if f".{stem}.api." in name)
        for kind in ("Client", "AsyncClient"):
            method = f"cloudkeys_api.{stem}.client.{kind}.{module.rpartition('.')[2]}"
            for tree, up in ((page, "../../"), (index, "../")):
                assert len(tree.xpath(f"//a[@href='{up}{homes[method]}#{method}']")) == 1, method

    secrets = html.parse(str(folder / "huawei_csms" / "ListSecrets.md"))
    (row,) = secrets.xpath("//tr[@id='200-secrets-item.secret_type']")
    text = " ".join(row.text_content().split())
    assert "lines 177-183" in text
    assert "The vendor added two types and dropped RDS" in text
    symbol = "cloudkeys_api/huawei_csms.md#cloudkeys_api.huawei_csms.models.Secret.secret_type"
    assert f"../../reference/{symbol}" in row.xpath(".//a/@href")
    shown = " ".join(index.getroot().text_content().split())
    assert "huawei.iam_v3.show_permanent_access_key(access_key) async" in shown
    summary = (folder / "SUMMARY.md").read_text(encoding="utf-8").partition("- Huawei Cloud IAM v5\n")[2]
    assert "    - [CreateAccessKey](huawei_iam_v5/CreateAccessKey.md)" in summary.partition("\n- ")[0]


def without_descriptions(node: object) -> object:
    if isinstance(node, dict):
        return {key: without_descriptions(value) for key, value in node.items() if key != "description"}
    return [without_descriptions(item) for item in node] if isinstance(node, list) else node


def test_the_copies_for_redoc_differ_from_the_specs_only_in_their_descriptions(
    fields: dict[tuple[str, str], list[Link]],
) -> None:
    of_spec = [link for (stem, _), of_it in fields.items() if stem == "huawei_iam_v5" for link in of_it]
    before = json.loads(json.dumps(of_spec[0].spec.document))
    found = with_evidence(of_spec)
    limit = found["paths"]["/v5/users/{user_id}/access-keys"]["get"]["parameters"][1]["description"]
    assert limit == "The number of access keys per page.\n\n**Page:** lines 40&#45;44."
    assert of_spec[0].spec.document == before
    assert without_descriptions(found) == without_descriptions(before)


REDOC = """<head><title>x</title><link rel="modulepreload" href="https://cdn.example/redoc.standalone.js"></head>
<script>one()</script><script type="module">import { hydrate } from "https://cdn.example/v3/redoc.standalone.js";
</script>"""


def test_a_page_of_redoc_loads_only_the_site_s_script() -> None:
    page = local(REDOC)
    assert "https://cdn" not in page
    assert 'from "../redoc.standalone.js"' in page
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert "connect-src 'none'" in policy
    assert policy.count("'sha256-") == 2
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    for part in ('redoc.standalone.js";', "<head>"):
        with pytest.raises(ValueError, match="script"):
            local(REDOC.replace(part, ""))


def test_accessibility_problems_are_excused_only_on_redoc_s_pages() -> None:
    assert excused("operations/x/openapi.html", "region", "<span>")
    assert not excused("index.html", "region", "<span>")
    assert not excused("operations/x/openapi.html", "color-contrast", "<span>")

"""Generation is reproducible, and replaces the packages as a whole."""

from __future__ import annotations

import ast
from pathlib import Path

import attrs
import pytest

from cloudkeys.runtime.client import AsyncClient, SyncClient
from generation.spec_factory import show, small_spec, tree, write_spec
from toolchain.client_limits import CLIENT_NAMES
from toolchain.document import SPECS
from toolchain.generate import OUTPUT, generate


def test_the_committed_packages_are_what_the_specs_produce(tmp_path: Path) -> None:
    generate(SPECS, tmp_path / "cloudkeys_api")
    assert tree(tmp_path / "cloudkeys_api") == tree(OUTPUT)


def test_generating_again_writes_the_same_bytes_and_removes_stale_files(small: Path) -> None:
    output = small / "generated" / "cloudkeys_api"
    before = tree(output)
    (output / "small" / "stale.py").write_text("")
    (output / "gone").mkdir()
    generate(small / "specs", output)
    assert tree(output) == before
    assert [path.name for path in output.parent.iterdir()] == ["cloudkeys_api"]


def test_every_generated_module_names_its_spec_and_the_command() -> None:
    modules = sorted(OUTPUT.rglob("*.py"))
    assert len(modules) > 20
    for module in modules:
        first, _, rest = module.read_text().partition("\n")
        package = module.relative_to(OUTPUT).parts[0]
        source = "*.yaml" if module.parent == OUTPUT else f"{package}.yaml"
        assert first == f"# Made from specs/{source} by `nox -s generate`; do not edit."
        assert "Made from specs" not in rest


PATTERNS = {"^a$": r"^a\Z", r"^a\$": r"^a\$", "^[$]$": r"^[$]\Z", "^a$|^b$": r"^a\Z|^b\Z", r"[\]$]$": r"[\]$]\Z"}


def test_the_end_of_a_pattern_is_the_end_of_the_text(tmp_path: Path) -> None:
    document = small_spec()
    document["components"]["schemas"]["FakeResponse"]["properties"] = {
        f"text_{number}": {"type": "string", "description": "A text.", "pattern": pattern}
        for number, pattern in enumerate(PATTERNS)
    }
    generate(write_spec(tmp_path / "specs", document), tmp_path / "cloudkeys_api")
    found = [
        node.value.value
        for node in ast.walk(ast.parse((tmp_path / "cloudkeys_api" / "small" / "models.py").read_text()))
        if isinstance(node, ast.keyword) and node.arg == "pattern" and isinstance(node.value, ast.Constant)
    ]
    assert found == list(PATTERNS.values())


def test_rpc_operations_share_a_path_that_is_sent_without_its_fragment(tmp_path: Path) -> None:
    document = small_spec()
    for name in ("FirstAction", "SecondAction"):
        action = show(small_spec()) | {"operationId": name, "x-idempotent": True}
        document["paths"][f"/#{name}"] = {"post": action | {"parameters": action["parameters"][1:]}}
    output = tmp_path / "cloudkeys_api"
    generate(write_spec(tmp_path / "specs", document), output)
    for module in ("first_action", "second_action"):
        assert 'path="/",' in (output / "small" / "api" / "things" / f"{module}.py").read_text()


def test_the_reserved_names_are_those_that_every_client_has() -> None:
    clients = (SyncClient, AsyncClient)
    public = {name for client in clients for name in dir(client) if not name.startswith("_")}
    assert public | {name for client in clients for name in attrs.fields_dict(client)} == CLIENT_NAMES


def test_the_old_packages_are_restored_when_the_swap_fails(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = small / "generated" / "cloudkeys_api"
    before, rename = tree(output), Path.rename

    def failing(source: Path, target: Path) -> Path:
        if source.parent.name == "new":
            raise OSError("no room")
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="no room"):
        generate(small / "specs", output)
    assert tree(output) == before


def test_a_spec_of_operations_without_bodies_can_be_generated(tmp_path: Path) -> None:
    document = small_spec()
    show(document).update(responses={"204": {"description": "Done."}}, parameters=show(document)["parameters"][:1])
    output = tmp_path / "cloudkeys_api"
    generate(write_spec(tmp_path / "specs", document), output)
    assert ") -> None:" in (output / "small" / "client.py").read_text()

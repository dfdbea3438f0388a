"""The hooks before a commit use the pinned versions, and each fails on the mistake that it looks for."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from identify import identify
from ruamel.yaml import YAML

from toolchain.document import SPECS

PROJECT: Final = SPECS.parent
HOOKS: Final[dict[str, Any]] = {
    hook["id"]: hook
    for repository in YAML(typ="safe").load(PROJECT / ".pre-commit-config.yaml")["repos"]
    for hook in repository["hooks"]
}
GROUPS: Final[dict[str, list[Any]]] = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))[
    "dependency-groups"
]


def requirements(group: str) -> list[str]:
    found: list[str] = []
    for entry in GROUPS[group]:
        found += [entry] if isinstance(entry, str) else requirements(entry["include-group"])
    return found


@pytest.mark.parametrize(("hook", "group"), [("ruff-check", "lint"), ("ruff-format", "lint"), ("drift", "specs")])
def test_a_hook_uses_the_versions_of_the_project(hook: str, group: str) -> None:
    wanted = [one for one in requirements(group) if hook == "drift" or one.startswith("ruff")]
    assert HOOKS[hook]["additional_dependencies"] == wanted


def test_every_hook_is_pinned() -> None:
    others = {one for name, hook in HOOKS.items() if name != "drift" for one in hook.get("additional_dependencies", ())}
    assert [one for one in others if "==" not in one] == []


SECRET: Final = "-----BEGIN RSA " + "PRIVATE KEY-----\n"
BAD: Final[dict[str, tuple[str, bytes]]] = {
    "ruff-check": ("bad.py", b'"""A module."""\n\nimport os\n'),
    "ruff-format": ("bad.py", b"x = {  'a':1 }\n"),
    "large-files": ("bad.bin", b"\x00" * 600_000),
    "binary-packages": ("bad-1-py3-none-any.whl", b"PK"),
    "private-keys": ("bad.pem", SECRET.encode()),
    "yaml": ("bad.yaml", b"a: [\n"),
    "toml": ("bad.toml", b"a = \n"),
    "merge-marks": ("bad.txt", b"<<<<<<< HEAD\n"),
    "line-ends": ("bad.txt", b"no end"),
}
"""A bad file for each hook that looks at single files."""


def test_every_hook_is_tried() -> None:
    assert {*BAD, "drift"} == set(HOOKS)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git = shutil.which("git")
    assert git is not None
    subprocess.run([git, "init", "--quiet", str(tmp_path)], check=True)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def run(hook: str, file: Path) -> int:
    """Run the program of a hook on a file, as pre-commit does."""
    settings = HOOKS[hook]
    assert re.search(settings.get("files", ""), file.name)
    if settings["language"] == "fail":
        return 1
    kinds = identify.tags_from_path(str(file))
    assert set(settings.get("types", ())) <= kinds
    assert "types_or" not in settings or set(settings["types_or"]) & kinds
    program, *arguments = shlex.split(settings["entry"])
    found = shutil.which(program, path=str(Path(sys.executable).parent))
    assert found is not None, program
    return subprocess.run([found, *arguments, file.name], cwd=file.parent, check=False, capture_output=True).returncode


@pytest.mark.parametrize("hook", BAD)
def test_a_hook_fails_on_what_it_is_there_for(hook: str, repository: Path) -> None:
    name, content = BAD[hook]
    (repository / name).write_bytes(content)
    status = run(hook, repository / name)
    # The formatter fixes the file, and pre-commit fails if a hook changes a file.
    assert status != 0 or (repository / name).read_bytes() != content


@pytest.mark.parametrize("hook", [name for name in BAD if HOOKS[name]["language"] != "fail"])
def test_a_hook_accepts_a_good_file(hook: str, repository: Path) -> None:
    file = repository / BAD[hook][0]
    good = b'"""A module."""\n' if file.suffix == ".py" else b"a: 1\n" if file.suffix == ".yaml" else b"a = 1\n"
    file.write_bytes(good)
    assert run(hook, file) == 0
    assert file.read_bytes() == good

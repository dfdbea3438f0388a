"""After a newer page was accepted, and the code generated anew, the tests of the tool say what they said before."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pages.filled import fill

PROJECT = Path(__file__).parents[2]
NEWER = sorted(Path(__file__).with_name("newer").glob("*.txt"))
PARTS = ("overlays", "generated", "specs", "tests")
TESTS = [f"tests/pages/test_{name}.py" for name in ("guide", "by_eye", "explain")]
"""Those that are about today's specs or show output, and take seconds; whoever accepts a page runs the others too."""
FIELD = "kms_key_id\n\nString\n"
EDITS = {
    FIELD: "owner\n\nLong\n\nWho has it.\n\nkey_id\n\nString\n",
    "FROZEN: it is frozen": "LOCKED: it is locked",
    "rotation_func_urn\n\nString\n\nThe function that renews it.\n": "",
    "504\n\nNo answer in time": "429\n\nToo many\n\n504\n\nNo answer in time",
}
"""What a vendor may change next: fields and values come, go and are renamed, another status is documented."""


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    paths = [str(project / part) for part in PARTS]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False, encoding="utf-8")


def test_the_tests_hold_after_newer_pages_were_accepted(tmp_path: Path) -> None:
    for part in PARTS:
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    text = NEWER[-1].read_text(encoding="utf-8")
    for old, new in EDITS.items():
        assert old in text
        text = text.replace(old, new, 1)
    edited = tmp_path / "edited.txt"
    edited.write_text(text, encoding="utf-8")
    for page in NEWER:
        # 0 where a maintainer has accepted this page already.
        assert run(tmp_path, "toolchain.pages", "--accept", str(page)).returncode in {0, 1}
    assert run(tmp_path, "toolchain.pages", "--accept", str(edited)).returncode == 1
    for file in (tmp_path / "specs").glob("*.yaml"):
        fill(file)
    done = run(tmp_path, "toolchain", "generate")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", *TESTS)
    assert done.returncode == 0, done.stdout + done.stderr

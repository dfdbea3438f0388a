"""The scripts in GitHub's workflows, for tests; `python tests/tools/workflows.py` checks them with shellcheck."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"


def scripts() -> dict[tuple[str, str, str], str]:
    """Return the scripts by file, job and step; a step without a name has its number."""
    return {
        (file.stem, job, str(step.get("name", number))): str(step["run"])
        for file in sorted(WORKFLOWS.glob("*.yml"))
        for job, described in YAML(typ="safe").load(file)["jobs"].items()
        for number, step in enumerate(described.get("steps", []))
        if "run" in step
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for place, script in scripts().items():
            # GitHub stops at the first command that fails.
            Path(folder, f"{', '.join(place)}.sh").write_text(
                f"#!/usr/bin/env bash\nset -e\n{script}", encoding="utf-8"
            )
        files = [str(ROOT / ".ci" / "run"), *(file.name for file in Path(folder).iterdir())]
        sys.exit(subprocess.run(["shellcheck", *files], cwd=folder, check=False).returncode)  # noqa: S607


if __name__ == "__main__":
    main()

"""Running the tests of a user in a pytest of their own, with no other plugin than the package's."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path


def run_pytest(folder: Path, content: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of a user.

    Args:
        folder: Where the file of tests is written.
        content: The tests.
        *options: Options of pytest.
    """
    (folder / "test_of_a_user.py").write_text(content)
    others = [entry.name for entry in entry_points(group="pytest11") if entry.name != "cloudkeys"]
    blocked = [option for name in others for option in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *blocked, *options]
    # On a CI server pytest prints whole messages in its summary, so that they'd be there twice.
    environment = {name: value for name, value in os.environ.items() if name not in {"CI", "BUILD_NUMBER"}}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)

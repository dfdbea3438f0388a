"""The guide to the fake cloud tells the truth: its test passes, its output is real, its data file can be read."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import cloudkeys.testing
from cloudkeys.testing import FakeCloud, example_leak, faults
from cloudkeys.testing.data_file import fill
from toolchain.document import SPECS

GUIDE = Path(cloudkeys.testing.__file__).with_name("README.md").read_text(encoding="utf-8")
README = (SPECS.parent / "README.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_shown_test_passes_where_only_the_package_is_installed(tmp_path: Path) -> None:
    (tmp_path / "test_shown.py").write_text(blocks(GUIDE, "python")[0])
    # `-P`, since pytest must find the fixtures through the installed package.
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "1 passed" in run.stdout, run.stdout + run.stderr


def test_the_test_in_the_readme_passes(fake_cloud: FakeCloud) -> None:
    names: dict[str, object] = {"example_leak": example_leak}
    code = next(block for block in blocks(README, "python") if "def test_" in block)
    exec(code, names)  # noqa: S102 - the project's own README
    test = names["test_my_report"]
    assert callable(test)
    test(fake_cloud)
    assert len(fake_cloud.calls) == 3


def test_the_shown_greeting_is_printed() -> None:
    shown = blocks(GUIDE, "console")[0].splitlines()
    command = [sys.executable, *shown[0].removeprefix("$ python ").split(), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        printed = [server.stdout.readline().rstrip() for _ in shown[1:]]
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0
    assert printed[0].startswith(shown[1].removesuffix("8080"))
    assert printed[1:] == shown[2:]


def test_the_shown_data_file_can_be_read(tmp_path: Path, fake_cloud: FakeCloud) -> None:
    (tmp_path / "data.toml").write_text(blocks(GUIDE, "toml")[0])
    fill(fake_cloud, tmp_path / "data.toml")
    with fake_cloud.huawei() as huawei:
        assert [key.access_key_id for key in huawei.access_keys("example-user")] == ["EXAMPLE"]
    assert [call.status for call in fake_cloud.calls] == [429, 200]


def test_what_the_guide_names_exists() -> None:
    cloud = FakeCloud()
    for attribute in re.findall(r"fake_cloud\.(\w+)", GUIDE):
        assert hasattr(cloud, attribute), attribute
    listed = re.search(r"`cloudkeys\.testing\.faults`: (.*?) \|", GUIDE)
    assert listed is not None
    names = re.findall(r"`(\w+)`", listed[1])
    assert len(names) == 8
    assert [name for name in names if not callable(getattr(faults, name, None))] == []

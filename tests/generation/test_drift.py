"""Drift names each file that differs from what the specs produce."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generation.spec_factory import small_spec, write_spec
from toolchain.__main__ import main
from toolchain.drift import drift
from toolchain.generate import generate


@pytest.fixture
def output(small: Path) -> Path:
    """Return the packages of three specs."""
    for name in ("edited", "gone"):
        write_spec(small / "specs", small_spec(), f"{name}.yaml")
    generate(small / "specs", small / "generated" / "cloudkeys_api")
    return small / "generated" / "cloudkeys_api"


def test_drift_names_each_file_that_differs(output: Path) -> None:
    (output / "edited" / "client.py").write_text("# edited\n")
    (output / "edited" / "api" / "things" / "show_thing.py").unlink()
    (output / "edited" / "extra.py").write_text("")
    (output / "edited" / "models.py").unlink()
    shutil.rmtree(output / "gone")
    (output.parent / "stray.py").write_text("")
    here = "generated/cloudkeys_api"
    assert drift(output.parents[1] / "specs", output) == [
        f"{here}/gone: missing package: specs/gone.yaml has none",
        f"{here}/edited/api/things/show_thing.py: missing file: operation ShowThing has no module",
        f"{here}/edited/client.py: differs from what the specs produce",
        f"{here}/edited/extra.py: extra file: no spec produces it",
        f"{here}/edited/models.py: missing file",
        "generated/stray.py: extra: no spec produces it",
    ]


def test_the_exit_status_shows_drift(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = small / "generated" / "cloudkeys_api"
    arguments = ["drift", "--specs", str(small / "specs"), "--output", str(output)]
    assert main(arguments) == 0
    assert "no drift" in capsys.readouterr().out
    shutil.rmtree(output)
    assert main(arguments) == 1
    assert "generated/cloudkeys_api/small: missing package" in capsys.readouterr().out

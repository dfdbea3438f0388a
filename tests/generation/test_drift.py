"""Drift names each file that differs from what the specs produce."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from toolchain.__main__ import main
from toolchain.document import SPECS
from toolchain.drift import drift


def test_drift_names_each_file_that_differs(real: Path, tmp_path: Path) -> None:
    output = Path(shutil.copytree(real, tmp_path / "generated" / "cloudkeys_api"))
    (output / "alibaba_sas" / "api" / "leaks" / "describe_accesskey_leak_list.py").write_text("# edited\n")
    (output / "huawei_csms" / "api" / "secrets" / "list_secrets.py").unlink()
    (output / "huawei_csms" / "extra.py").write_text("")
    (output / "huawei_iam_v3" / "models.py").unlink()
    shutil.rmtree(output / "huawei_iam_v5")
    (output.parent / "stray.py").write_text("")
    here = "generated/cloudkeys_api"
    assert drift(SPECS, output) == [
        f"{here}/huawei_iam_v5: missing package: specs/huawei_iam_v5.yaml has none",
        f"{here}/alibaba_sas/api/leaks/describe_accesskey_leak_list.py: differs from what the specs produce",
        f"{here}/huawei_csms/api/secrets/list_secrets.py: missing file: operation ListSecrets has no module",
        f"{here}/huawei_csms/extra.py: extra file: no spec makes it",
        f"{here}/huawei_iam_v3/models.py: missing file",
        "generated/stray.py: extra: no spec makes it",
    ]


def test_drift_names_every_package_where_there_is_none(tmp_path: Path) -> None:
    found = drift(SPECS, tmp_path / "generated" / "cloudkeys_api")
    assert [line for line in found if "missing package" in line] == [
        f"generated/cloudkeys_api/{file.stem}: missing package: specs/{file.stem}.yaml has none"
        for file in sorted(SPECS.glob("*.yaml"))
    ]


def test_drift_is_an_exit_status(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = small / "generated" / "cloudkeys_api"
    arguments = ["drift", "--specs", str(small / "specs"), "--output", str(output)]
    assert main(arguments) == 0
    assert "no drift" in capsys.readouterr().out
    (output / "py.typed").unlink()
    assert main(arguments) == 1
    assert "generated/cloudkeys_api/py.typed: missing file" in capsys.readouterr().out

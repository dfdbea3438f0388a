"""What can't be generated isn't proved either, in the same words; and what is secret is the spec's own word."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.frozen_specs import copy_of_frozen
from pages.proved import PROVED, replaced
from toolchain.__main__ import main as toolchain
from toolchain.pages.__main__ import main as prove
from toolchain.pages.change.severity import BREAKING, severity_of
from toolchain.pages.commands import options
from toolchain.pages.prove.spec_facts import leaves

PART = "#/components/schemas/Secret/properties/id"


def test_a_spec_that_one_command_refuses_is_refused_by_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copy_of_frozen(tmp_path)
    file = folder / "huawei_iam_v5.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("tags: [access_keys]") == 1
    file.write_text(text.replace("tags: [access_keys]", "tags: [access-keys]"), encoding="utf-8")
    output = tmp_path / "generated" / "cloudkeys_api"
    assert toolchain(["generate", "--specs", str(folder), "--output", str(output)]) == 1
    (refused,) = capsys.readouterr().err.splitlines()
    assert prove(["--specs", str(folder)]) == options.CHANGED
    assert refused.removeprefix("error: ") in {line.strip() for line in capsys.readouterr().out.splitlines()}


def test_a_secret_needs_no_reading_but_is_told_as_a_change() -> None:
    proved = PROVED["huawei_csms"]
    document = replaced(proved.spec.document, PART, {"type": "string", "format": "password"})
    assert proved.findings_of(document) == []
    assert leaves(document, proved.operation)["200 secrets[].id"].aspects["secret"] is True
    assert severity_of("200 secrets[].id", "secret", None, after=True) == BREAKING

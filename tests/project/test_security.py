"""SECURITY.md names code and tests that exist; one claim that no other test proves is proved here."""

from __future__ import annotations

import inspect
import re
from typing import Final

from cloudkeys.testing.__main__ import _parser
from cloudkeys.testing.http.server import serving
from toolchain.document import SPECS

PROJECT: Final = SPECS.parent
ROWS: Final = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (PROJECT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| claim")
]
_NAME: Final = re.compile(r"`([^`]+)`")


def test_every_claim_names_code_and_a_test() -> None:
    assert len(ROWS) > 15
    assert [row for row in ROWS if len(row) != 3 or not _NAME.search(row[1]) or "::" not in row[2]] == []


def test_the_named_code_exists() -> None:
    assert [name for row in ROWS for name in _NAME.findall(row[1]) if not (PROJECT / name).is_file()] == []


def test_the_named_tests_exist() -> None:
    for row in ROWS:
        for name in _NAME.findall(row[2]):
            file, _, test = name.partition("::")
            text = (PROJECT / file).read_text(encoding="utf-8")
            assert re.search(rf"^(?:async )?def {test}\(", text, re.MULTILINE), name


def test_the_fake_cloud_listens_on_loopback() -> None:
    assert inspect.signature(serving).parameters["host"].default == "127.0.0.1"
    assert _parser().parse_args([]).host == "127.0.0.1"

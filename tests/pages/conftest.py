"""Fixtures of the tests of the page tools: without a folder of specs, commands use the frozen ones."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pages.frozen_specs import FROZEN

PARSE = YAML.load
PARSED: dict[bytes, bytes] = {}


@pytest.fixture(autouse=True)
def frozen_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("commands.options", "explain"):
        monkeypatch.setattr(f"toolchain.pages.{module}.SPECS", FROZEN)


@pytest.fixture(autouse=True)
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse each file of YAML once for all tests: parsing takes most of their time, and most read the same files."""

    def load(self: YAML, stream: Any) -> Any:
        if not isinstance(stream, Path) or self.typ != ["safe"]:
            return PARSE(self, stream)
        content = stream.read_bytes()
        if content not in PARSED:
            PARSED[content] = pickle.dumps(PARSE(self, stream))
        return pickle.loads(PARSED[content])  # noqa: S301 - pickled in the line above

    monkeypatch.setattr(YAML, "load", load)

"""A project with a small spec, generated once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generation.spec_factory import small_spec, write_spec
from toolchain.generate import generate


@pytest.fixture(scope="session")
def small_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("small")
    generate(write_spec(project / "specs", small_spec()), project / "generated" / "cloudkeys_api")
    return project


@pytest.fixture
def small(small_original: Path, tmp_path: Path) -> Path:
    """Return a copy of the small project: a spec and its package."""
    return Path(shutil.copytree(small_original, tmp_path / "project"))

"""A home folder without credentials."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def home() -> Path:
    folder = Path(os.environ["HOME"])
    folder.mkdir()
    return folder

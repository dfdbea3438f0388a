"""What every test runs under: no network but loopback."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cloudkeys.testing.recording import Recording, load_recordings
from network_guard import guard

sys.addaudithook(guard)

RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture(scope="session")
def recordings() -> list[Recording]:
    return load_recordings(RECORDED)

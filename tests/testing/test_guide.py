"""What the guide to the fake cloud says beyond its code blocks, which `tests/docs` proves: its tables."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import cloudkeys.testing
from cloudkeys.testing import FakeCloud, faults

GUIDE = Path(cloudkeys.testing.__file__).with_name("README.md").read_text(encoding="utf-8")


def test_what_the_guide_names_exists() -> None:
    cloud = FakeCloud()
    for attribute in re.findall(r"fake_cloud\.(\w+)", GUIDE):
        assert hasattr(cloud, attribute), attribute
    listed = re.search(r"`cloudkeys\.testing\.faults`: (.*?) \|", GUIDE)
    assert listed is not None
    functions = inspect.getmembers(faults, inspect.isfunction)
    ours = {name for name, one in functions if one.__module__ == faults.__name__ and not name.startswith("_")}
    assert set(re.findall(r"`(\w+)`", listed[1])) == ours

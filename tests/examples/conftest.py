"""Clouds in which an access key has leaked, of both vendors or of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from responding import CALLS, World, new_world


@pytest.fixture(params=CALLS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return new_world(request.param, tmp_path)


@pytest.fixture
def alibaba(tmp_path: Path) -> World:
    return new_world("alibaba", tmp_path)


@pytest.fixture
def huawei(tmp_path: Path) -> World:
    return new_world("huawei", tmp_path)

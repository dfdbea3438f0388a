"""What the project's own tools take: proof, report and generation as specs grow, and the fake cloud."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import cloudkeys
from cloudkeys.testing import FakeCloud, example_secret

ROOT: Final = Path(__file__).parents[2]
NEWER_PAGE: Final = ROOT / "tests" / "pages" / "newer" / "huawei_csms-ListSecrets-2026-06-09-en.txt"
_IMPORT: Final = "import sys, pathlib; sys.path.insert(0, sys.argv[1]); specs = pathlib.Path(sys.argv[2]); "
PROGRAMS: Final = {
    "proof": "from toolchain.pages.__main__ import main; main(['--specs', str(specs)])",
    "report": "from toolchain.pages.__main__ import main; main(['--specs', str(specs), sys.argv[3]])",
    "generation": "from toolchain.generate import build; build(specs, pathlib.Path(sys.argv[4], 'cloudkeys_api'))",
}
"""The programs that are measured, by name: each runs in a new process."""
Process = Callable[..., dict[str, float]]


def write_copies(folder: Path, copies: int) -> Path:
    """Write copies of all specs and of their facts, and return their folder.

    Args:
        folder: Where to write.
        copies: How many copies of each spec.
    """
    (folder / "pages").mkdir(parents=True)
    for file in (ROOT / "specs").glob("*.yaml"):
        for number in range(copies):
            shutil.copy(file, folder / f"{file.stem}_{number}.yaml")
            shutil.copy(file.parent / "pages" / file.name, folder / "pages" / f"{file.stem}_{number}.yaml")
    return folder


def measure_page_tools(process: Process, *, quick: bool) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Return what each program takes with 4, 28 and 280 operations, by the program and the number of operations.

    Args:
        process: Runs a program in a new process, and returns what it took.
        quick: Whether to run each once, and not with 280 operations.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        specs = {"4": ROOT / "tests" / "pages" / "frozen", "28": ROOT / "specs"}
        if not quick:
            specs["280"] = write_copies(folder / "280", 10)
        found: dict[str, dict[str, dict[str, list[float]]]] = {}
        for program, code in PROGRAMS.items():
            for operations, of in specs.items():
                samples: dict[str, list[float]] = {}
                for number in range(1 if quick else 3):
                    empty = folder / f"{program}-{operations}-{number}"
                    empty.mkdir()
                    arguments = (str(ROOT / "specs"), str(of), str(NEWER_PAGE), str(empty))
                    for unit, value in process(sys.executable, _IMPORT + code, *arguments).items():
                        samples.setdefault(unit, []).append(value)
                found.setdefault(program, {})[operations] = samples
        return found


def measure_fake_cloud(*, quick: bool) -> dict[str, dict[str, list[float]]]:
    """Return how many signed calls per second a client gets out of a fake cloud, through each of its ways.

    Args:
        quick: Whether to make few calls.
    """
    cloud = FakeCloud()
    project = next(iter(cloud.secrets))
    cloud.secrets[project] = [example_secret(number) for number in range(100)]
    found = {"in the process": _calls_per_second(cloud.huawei(), quick=quick)}
    with cloud.serving() as url:
        settings: dict[str, Any] = {"credentials": cloud.huawei_key, "project_id": project}
        found["over a socket"] = _calls_per_second(cloudkeys.Huawei(base_url=url, **settings), quick=quick)
    return found


def _calls_per_second(huawei: cloudkeys.Huawei, *, quick: bool) -> dict[str, list[float]]:
    calls, rates = 50 if quick else 300, []
    with huawei:
        for _ in range(1 if quick else 5):
            begun = time.perf_counter()
            for _ in range(calls):
                next(iter(huawei.csms.list_secrets(limit=100)))
            rates.append(calls / (time.perf_counter() - begun))
    return {"calls_per_s": rates}


def medians(samples: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Return the median of each unit, with the least and the greatest value."""
    return {
        unit: {"median": statistics.median(values), "low": min(values), "high": max(values)}
        for unit, values in samples.items()
    }

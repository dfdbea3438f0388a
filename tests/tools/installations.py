"""Install the wheel and the sdist in clean environments, as users do, and check that they work and are typed.

`python tests/tools/installations.py FOLDER` installs them from FOLDER. It needs the dependency group `build`.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
SILENCED = re.compile(r"  # type: ignore\[[^]]*\]")
# The later Pythons that may exist; those that this machine has are used too.
LATER = [f"3.{minor}" for minor in range(sys.version_info.minor + 1, 30)]
# Quick tests that read files of all folders.
FROM_SDIST = [
    "tests/auth/test_signatures.py",
    "tests/fronts/test_generated_clients.py",
    "tests/generation/test_specs.py",
    "tests/project/test_security.py",
]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program and return its output; if it fails, exit with the output."""
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def interpreters() -> list[str]:
    """Return this Python, and the later ones on the PATH and in pyenv that start."""
    pyenv = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions").glob("3.*/bin"))
    path = os.pathsep.join([*map(str, pyenv), os.environ["PATH"]])
    found = [shutil.which(f"python{version}", path=path) for version in LATER]
    return [sys.executable, *(python for python in found if python and _starts(python))]


def _starts(python: str) -> bool:
    # A Python that pyenv puts on the PATH starts only where pyenv is set to use it.
    return subprocess.run([python, "-V"], capture_output=True, check=False).returncode == 0


def environment(folder: Path, python: str, *requirements: str | Path) -> Path:
    """Create an environment with only these requirements, and return its Python."""
    run("uv", "venv", "--quiet", "--no-python-downloads", "--python", python, folder, cwd=folder.parent)
    made = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    run("uv", "pip", "install", "--quiet", "--python", made, *requirements, cwd=folder.parent)
    return made


def check_works(python: Path, cwd: Path) -> str:
    """Start the command of the package, import every module, and call operations of every API."""
    run(python, "-I", "-m", "cloudkeys.testing", "--help", cwd=cwd)
    outputs = [
        run(python, "-I", "-W", "error", TESTS / "tools" / f"{program}.py", cwd=cwd)
        for program in ("import_all", "call_all")
    ]
    return ", ".join(text.strip() for text in outputs)


def check_typed(python: Path, folder: Path) -> str:
    """Check a user's program with mypy and pyright: no errors, and without its `type: ignore` all of them."""
    folder.mkdir()
    program = (TESTS / "typing_api.py").read_text(encoding="utf-8")
    (folder / "right.py").write_text(program, encoding="utf-8")
    (folder / "wrong.py").write_text(SILENCED.sub("", program), encoding="utf-8")
    mistakes = {number for number, line in enumerate(program.splitlines(), 1) if SILENCED.search(line)}
    for checker, found in (("mypy", _mypy(python, folder)), ("pyright", _pyright(python, folder))):
        if found != {("wrong.py", number) for number in mistakes}:
            odd = sorted(found ^ {("wrong.py", number) for number in mistakes})
            raise SystemExit(f"{checker} finds {len(found)} mistakes instead of {len(mistakes)}; the difference: {odd}")
    return f"mypy and pyright find all {len(mistakes)} mistakes of a user's program, and no others"


def _mypy(python: Path, folder: Path) -> set[tuple[str, int]]:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable", str(python), "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = re.findall(r"^(\w+\.py):(\d+): error:", done.stdout, re.MULTILINE)
    return {(name, int(line)) for name, line in found}


def _pyright(python: Path, folder: Path) -> set[tuple[str, int]]:
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", str(python), "."]
    kept = os.environ | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {(Path(each["file"]).name, each["range"]["start"]["line"] + 1) for each in found}


def check_tests(sdist: Path, folder: Path) -> str:
    """Run tests of an unpacked sdist, with only its dependency group for tests."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    source = folder / sdist.name.removesuffix(".tar.gz")
    python = environment(source / ".venv", sys.executable, "--group", source / "pyproject.toml:tests", sdist)
    return run(python, "-m", "pytest", "-q", "--no-header", *FROM_SDIST, cwd=source).splitlines()[-1]


def main(distributions: Path) -> None:
    (wheel,) = distributions.resolve().glob("*.whl")
    (sdist,) = distributions.resolve().glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as folder:
        clean = Path(folder)
        pythons = {}
        for archive, versions in itertools.product((wheel, sdist), ("highest", "lowest-direct")):
            place = clean / f"{archive.suffix}-{versions}"
            python = environment(place, sys.executable, "--resolution", versions, archive)
            print(f"{archive.name}, {versions} versions: {check_works(python, clean)}")
            pythons[archive, versions] = python
        print(check_typed(pythons[wheel, "highest"], clean / "user"))
        for later in interpreters()[1:]:
            print(f"{wheel.name}, {later}: {check_works(environment(clean / Path(later).name, later, wheel), clean)}")
        print("tests of the unpacked sdist:", check_tests(sdist, clean / "sdist"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Compare the committed packages with the output of the specs, byte for byte."""

from __future__ import annotations

import tempfile
from pathlib import Path

from toolchain.checks import module_name
from toolchain.document import SPECS, load, operations, spec_files
from toolchain.generate import OUTPUT, build


def drift(specs: Path = SPECS, output: Path = OUTPUT) -> list[str]:
    """Compare the committed packages with fresh ones.

    Args:
        specs: The folder of the specs.
        output: The folder of the package `cloudkeys_api`.

    Returns:
        One line for each file that differs; an empty list if none does.

    Raises:
        SpecError: A spec is wrong.
    """
    with tempfile.TemporaryDirectory() as staging:
        built = Path(staging, output.name)
        build(specs, built)
        fresh, committed = _files(built), _files(output)
    missing_packages = {file.stem for file in spec_files(specs)} - {path.parts[0] for path in committed}
    findings = [f"{name}: missing package: specs/{name}.yaml has none" for name in sorted(missing_packages)]
    modules = _operations_by_module(specs)
    for path in sorted(fresh.keys() | committed.keys()):
        if path not in fresh:
            findings.append(f"{path}: extra file: no spec produces it")
        elif path not in committed and path.parts[0] not in missing_packages:
            of_operation = f": operation {modules[path]} has no module" if path in modules else ""
            findings.append(f"{path}: missing file{of_operation}")
        elif path in committed and fresh[path] != committed[path]:
            findings.append(f"{path}: differs from what the specs produce")
    strays = sorted(path.name for path in output.parent.glob("*") if path.name not in {output.name, "__pycache__"})
    return [f"{output.parent.name}/{output.name}/{finding}" for finding in findings] + [
        f"{output.parent.name}/{name}: extra: no spec produces it" for name in strays
    ]


def _files(folder: Path) -> dict[Path, bytes]:
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _operations_by_module(specs: Path) -> dict[Path, str]:
    found = {}
    for file in spec_files(specs):
        for place in operations(load(file)):
            tag, module = module_name(place)
            found[Path(file.stem, "api", tag, f"{module}.py")] = place.operation["operationId"]
    return found

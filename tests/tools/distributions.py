"""Build the wheel and the sdist twice in different environments; compare the builds with each other and with git.

`python tests/tools/distributions.py FOLDER` writes them to FOLDER. It needs git and the dependency group `build`.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The folders that are in the wheel, and their names there.
PACKAGES = {"generated/cloudkeys_api/": "cloudkeys_api/", "overlays/cloudkeys/": "cloudkeys/"}
DIST_INFO = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
# In bytes. A file by mistake exceeds them; raise them when the project has grown.
LIMITS = {".whl": 240_000, ".gz": 1_100_000}
LIMIT_OF_A_FILE = 150_000
# Everything about a machine that could get into an archive differs in the second build.
ELSEWHERE = {"LC_ALL": "C", "TZ": "UTC-13:45", "PYTHONHASHSEED": "1", "USER": "somebody"}


def build(source: Path, folder: Path, environment: dict[str, str], umask: int) -> dict[str, Path]:
    """Build both from the source tree, and return them by suffix."""
    kept = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel", "--outdir", str(folder)]
    done = subprocess.run(
        [*command, str(source)], env=kept | environment, umask=umask, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{source} can't be built:\n{done.stdout}{done.stderr}")
    return {file.suffix: file for file in sorted(folder.iterdir())}


def unpack_elsewhere(sdist: Path, folder: Path) -> Path:
    """Unpack a source distribution with other times and permissions."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
        os.utime(path, (0, random.randrange(10**9, 2 * 10**9)))  # noqa: S311 - no secret
    return folder / sdist.name.removesuffix(".tar.gz")


def members(archive: Path) -> dict[tuple[str, str], object]:
    """Return the contents and the metadata of an archive's members, in its order."""
    found: dict[tuple[str, str], object] = {}
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for member in wheel.infolist():
                found[member.filename, "date"] = member.date_time
                found[member.filename, "mode"] = oct(member.external_attr >> 16)
                found[member.filename, "content"] = wheel.read(member)
        return found
    with tarfile.open(archive) as sdist:
        for entry in sdist:
            found[entry.name, "date"] = entry.mtime
            found[entry.name, "mode"] = oct(entry.mode)
            found[entry.name, "owner"] = (entry.uid, entry.gid, entry.uname, entry.gname)
            file = sdist.extractfile(entry)
            found[entry.name, "content"] = file.read() if file else entry.linkname
    return found


def names(archive: Path) -> set[str]:
    return {name for name, _ in members(archive)}


def difference(first: Path, second: Path) -> str | None:
    """Return the first difference between two archives, or None if their bytes are the same."""
    if first.read_bytes() == second.read_bytes():
        return None
    before, after = members(first), members(second)
    for name in sorted(names(first) ^ names(second)):
        return f"{name} is only in the {'first' if name in names(first) else 'second'}"
    for (name, what), value in before.items():
        if value != after[name, what]:
            shown = "" if what == "content" else f": {value} and {after[name, what]}"
            return f"the {what} of {name} differs{shown}"
    if list(before) != list(after):
        return "the order of the members differs"
    return "the members are the same, but the archives aren't: the compression or the header differs"


def tracked(root: Path = ROOT) -> set[str]:
    """Return the files that git tracks and that exist."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)  # noqa: S607
    return {name for name in listed.stdout.split("\0") if name and (root / name).is_file()}


def expected(archive: Path, files: set[str]) -> set[str]:
    """Return the members that an archive must have: all tracked files in an sdist, the packages in a wheel."""
    if archive.suffix == ".gz":
        folder = archive.name.removesuffix(".tar.gz")
        return {f"{folder}/{name}" for name in files | {"PKG-INFO"}}
    dist_info = f"{'-'.join(archive.name.split('-')[:2])}.dist-info"
    packaged = {
        folder + name.removeprefix(source)
        for source, folder in PACKAGES.items()
        for name in files
        if name.startswith(source)
    }
    return packaged | {f"{dist_info}/{name}" for name in DIST_INFO}


def faults(archive: Path, files: set[str]) -> list[str]:
    """Return the faults of an archive's contents."""
    actual, wanted = names(archive), expected(archive, files)
    found = [f"{archive.name} has {name}, which git doesn't track" for name in sorted(actual - wanted)]
    found += [f"{archive.name} lacks {name}" for name in sorted(wanted - actual)]
    if (size := archive.stat().st_size) > LIMITS[archive.suffix]:
        found.append(f"{archive.name} has {size:,} bytes, more than the {LIMITS[archive.suffix]:,} of LIMITS")
    return found + misplaced(archive)


def misplaced(archive: Path) -> list[str]:
    """Return the files that no source tree should have, such as a wheel or a profile committed by mistake."""
    contents = [(name, value) for (name, _), value in members(archive).items() if isinstance(value, bytes)]
    large = [f"{name} has {len(value):,} bytes" for name, value in contents if len(value) > LIMIT_OF_A_FILE]
    return large + [f"{name} isn't text" for name, value in contents if b"\0" in value]


def main(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    first = build(ROOT, folder, {}, umask=0o022)
    files = tracked()
    if found := [fault for archive in first.values() for fault in faults(archive, files)]:
        raise SystemExit("\n".join(found))
    with tempfile.TemporaryDirectory(prefix="somewhere else, ") as elsewhere:
        source = unpack_elsewhere(first[".gz"], Path(elsewhere))
        second = build(source, Path(elsewhere, "dist"), ELSEWHERE, umask=0o077)
        for suffix, archive in first.items():
            if differs := difference(archive, second[suffix]):
                raise SystemExit(f"two builds of {archive.name} aren't the same bytes: {differs}")
    for archive in first.values():
        content = archive.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        print(f"{archive.name}: {len(content):,} bytes, the same in both builds, sha256 {digest}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

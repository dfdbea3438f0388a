"""The commands that nox runs: `python -m toolchain generate` and `python -m toolchain drift`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from toolchain.document import SPECS, SpecError
from toolchain.drift import drift
from toolchain.gaps import raise_for_gaps
from toolchain.generate import OUTPUT, generate


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Return its exit status: 1 if a spec is wrong or the packages have drifted."""
    parser = argparse.ArgumentParser(prog="toolchain", description=__doc__)
    parser.add_argument("command", choices=("generate", "drift"))
    parser.add_argument("--specs", type=Path, default=SPECS, help="folder of the specs")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder of the package cloudkeys_api")
    options = parser.parse_args(arguments)
    try:
        if options.command == "generate":
            raise_for_gaps(options.specs)
            generate(options.specs, options.output)
            made = options.output.name
            print(f"generated {made}: run `git diff --stat` to see what changed")
            return 0
        findings = drift(options.specs, options.output)
    except SpecError as error:
        print(*(f"error: {problem}" for problem in error.problems), sep="\n", file=sys.stderr)
        return 1
    print(*(findings or ["no drift: the packages match the specs"]), sep="\n")
    if findings:
        print("run `nox -s generate` and commit the result; to change generated code, change its spec")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

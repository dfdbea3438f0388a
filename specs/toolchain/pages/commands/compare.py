"""Compare the specs with a vendor's definition, or with an older revision."""

from __future__ import annotations

import sys

from toolchain.document import spec_files
from toolchain.pages.change.revisions import compare_revision, missing_announcements
from toolchain.pages.commands.options import CHANGED, FORMATS, SAME, Options
from toolchain.pages.facts import PageError
from toolchain.pages.prove.definitions import LARGEST_DEFINITION, has_operation, read_definition
from toolchain.pages.prove.evidence import Evidence, evidence, evidence_as_json, evidence_as_text
from toolchain.pages.prove.spec import read_spec
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.read.sources import read_source


def compare_with_definition(source: str, options: Options) -> int:
    """Print where page, spec and a vendor's definition differ; return 1 if the definition contradicts the spec.

    Raises:
        PageError: The definition is unreadable, or has none of the operations.
    """
    content = read_source(source, LARGEST_DEFINITION)
    by_operation: dict[str, list[Evidence]] = {}
    for spec in map(read_spec, spec_files(options.specs)):
        for operation in spec.operations():
            if options.operation in {None, operation} and has_operation(content, operation):
                kept = kept_pages(options.specs, spec.stem).get(operation)
                facts = {} if kept is None else kept.page().by_place()
                by_operation[operation] = evidence(facts, spec.leaves(operation), read_definition(content, operation))
    if not by_operation:
        raise PageError("the definition has none of the operations in a known form")
    print(evidence_as_json(by_operation) if options.form == "json" else evidence_as_text(by_operation))
    return CHANGED if any(one.contradicts for found in by_operation.values() for one in found) else SAME


def compare_with_revision(revision: str, options: Options) -> int:
    """Report what the specs change since a revision; return 1 if a breaking change isn't announced.

    Raises:
        SpecError: The revision doesn't exist, or a spec is unreadable.
    """
    reports = compare_revision([read_spec(file) for file in spec_files(options.specs)], revision)
    print(FORMATS[options.form](reports))
    missing = missing_announcements(options.specs.parent, reports)
    print(*(f"not announced: {text}" for text in missing), sep="\n", end="\n" if missing else "", file=sys.stderr)
    return CHANGED if missing else SAME

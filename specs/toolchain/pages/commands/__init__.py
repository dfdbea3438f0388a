"""What `nox -s pages` does: prove, report, compare with a vendor's definition or with an older revision."""

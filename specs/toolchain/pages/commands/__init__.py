"""The commands of `nox -s pages`: prove, report, compare with a vendor's definition or an older revision."""

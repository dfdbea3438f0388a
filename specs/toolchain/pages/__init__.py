"""Vendors' pages as facts: reading a page, proving a spec against it, and telling what a newer copy changes."""

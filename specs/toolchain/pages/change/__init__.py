"""What changed, and what the change asks of callers.

The change is between two copies of a page, or between two versions of the specs. A report says how severe it is, where
in the spec to edit, and which version and which entry of the changelog it needs.
"""

"""Drafts for a person to complete: the edit of a spec that a newer page asks for, and the first draft of a new spec."""

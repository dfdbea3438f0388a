"""Drafts for a person to complete: an edit of a spec after a page changed, or the first draft of a new spec."""

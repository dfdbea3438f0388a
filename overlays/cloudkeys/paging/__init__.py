"""Listings: the paging engine, saved positions and the vendors' paging styles."""

"""Listings: the engine, where it stands, and the styles in which vendors page."""

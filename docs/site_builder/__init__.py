"""Builds the pages of the documentation site, and checks the site that Zensical builds from them."""

"""The fake of each service."""

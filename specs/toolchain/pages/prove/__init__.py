"""Prove a spec against the facts of its pages.

`spec_facts.py` reads a spec as facts like those of a page, and `proof.py` compares the two, both ways.
`store.py` keeps the facts of each page. `definitions.py`, `definition_schemas.py` and `evidence.py` compare both with a
vendor's definition.
"""

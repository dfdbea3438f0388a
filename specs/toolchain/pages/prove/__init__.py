"""Facts against the spec.

`spec_facts.py` reads a spec as facts of the same form as a page's, and `proof.py` compares the two, both ways.
`store.py` keeps the facts of each page. `definitions.py`, `definition_schemas.py` and `evidence.py` compare both with a
vendor's own definition.
"""

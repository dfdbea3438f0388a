"""Facts against the spec.

`spec_facts.py` reads a spec as facts of the same form as a page's, and `proof.py` compares the two, both ways.
`store.py` keeps the facts of each page. A vendor's own definition is further evidence.
"""

# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""The operations of the tag `leaks`"""

# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""Operations with the tag `leaks`"""

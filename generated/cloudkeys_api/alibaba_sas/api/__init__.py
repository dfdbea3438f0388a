# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""Contains methods for accessing the API"""

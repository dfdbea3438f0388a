# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""Contains endpoint functions for accessing the API"""

# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""Contains methods for accessing the API"""

# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""The operations of the tag `access_keys`"""

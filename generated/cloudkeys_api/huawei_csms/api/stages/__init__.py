# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""The operations of the tag `stages`"""

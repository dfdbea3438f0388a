# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""Contains methods for accessing the API"""

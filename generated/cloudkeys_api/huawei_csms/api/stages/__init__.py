# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""Contains endpoint functions for accessing the API"""

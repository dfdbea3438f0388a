# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""The operations of the tag `users`"""

# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""Operations with the tag `users`"""

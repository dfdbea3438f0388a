# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""Operations with the tag `stages`"""

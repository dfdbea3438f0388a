# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""Operations with the tag `users`"""

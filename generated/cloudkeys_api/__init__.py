# Made from specs/*.yaml by `nox -s generate`; do not edit.
"""One package for each spec.

- `alibaba_ims`
- `alibaba_sas`
- `huawei_csms`
- `huawei_iam_v3`
- `huawei_iam_v5`
"""

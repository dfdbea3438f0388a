"""Import every module of the installed packages, and name those that a wheel must not lack."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.resources import files

PACKAGES = ("cloudkeys", "cloudkeys_api")
# pytest loads it, and isn't installed with the package.
FOR_PYTEST = "cloudkeys.testing.pytest_plugin"


def main() -> None:
    imported = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        if not files(package).joinpath("py.typed").is_file():
            raise SystemExit(f"{name} has no py.typed")
        imported.append(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if module.name == FOR_PYTEST:
                continue
            importlib.import_module(module.name)
            imported.append(module.name)
    operations = [name for name in imported if name.startswith("cloudkeys_api.") and ".api." in name]
    if len(operations) <= len(PACKAGES):
        raise SystemExit(f"too few modules of operations: {operations}")
    print(f"imported {len(imported)} modules, all typed")


if __name__ == "__main__":
    main()

"""Import every module of the installed packages, and fail if a wheel lacks some."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.resources import files

PACKAGES = ("cloudkeys", "cloudkeys_api")
# The first needs pytest, the second the extra `cloudkeys[aiohttp]`; neither is installed.
WITH_OTHERS = ("cloudkeys._pytest_plugin", "cloudkeys.runtime.aiohttp_transport")


def main() -> None:
    imported = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        if not files(package).joinpath("py.typed").is_file():
            raise SystemExit(f"{name} has no py.typed")
        imported.append(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if module.name in WITH_OTHERS:
                continue
            importlib.import_module(module.name)
            imported.append(module.name)
    operations = [name for name in imported if name.startswith("cloudkeys_api.") and ".api." in name]
    if len(operations) <= len(PACKAGES):
        raise SystemExit(f"too few operation modules: {operations}")
    print(f"imported {len(imported)} modules, all typed")


if __name__ == "__main__":
    main()

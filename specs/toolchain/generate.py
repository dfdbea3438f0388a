"""Generate the packages of `cloudkeys_api` from the specs. They are replaced all at once, and only if no step fails."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from datamodel_code_generator import generate as generate_models
from datamodel_code_generator.enums import DataModelType, InputFileType
from datamodel_code_generator.format import DatetimeClassType, Formatter, PythonVersion
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from toolchain.checks import FIELD_PREFIX, check
from toolchain.document import SPECS, Document, Problem, SpecError, load, spec_files
from toolchain.prepare import document_for_endpoints, schemas_for_models
from toolchain.template_data import attributes_of, for_templates

if TYPE_CHECKING:
    from collections.abc import Sequence

OUTPUT = SPECS.parent / "generated" / "cloudkeys_api"
_TEMPLATES = Path(__file__).parent / "templates"
_COMMAND = "nox -s generate"
_BANNER = "# Made from specs/{source} by `" + _COMMAND + "`; do not edit.\n"
_MODEL_OPTIONS: Final[dict[str, Any]] = {
    "input_file_type": InputFileType.OpenAPI,
    "output_model_type": DataModelType.MsgspecStruct,
    "target_python_version": PythonVersion.PY_311,
    "formatters": [Formatter.BUILTIN],
    "snake_case_field": True,
    "keyword_only": True,
    "capitalise_enum_members": True,
    "use_specialized_enum": True,
    "use_schema_description": True,
    "use_double_quotes": True,
    "disable_timestamp": True,
    "strict_refs": True,
    "allow_remote_refs": False,
    "output_datetime_class": DatetimeClassType.Datetime,
    "import_overrides": {"StrEnum": "cloudkeys.runtime.types", "datetime": "cloudkeys.runtime.types"},
    # A frozen, decoded value is never part of a cycle, so the garbage collector can skip it.
    "extra_template_data": {"#all#": {"base_class_kwargs": {"frozen": True, "gc": False}}},
}
"""The options of datamodel-code-generator."""
_MODELS = '"""Models of requests and responses."""'
_SERVICE = "The API: the URL of each server, with patterns of the regions it serves."
_RUFF = ("--isolated", "--line-length=100", "--target-version=py311", "--no-cache", "--quiet")
_FORMAT = ("format", "--config", "format.skip-magic-trailing-comma=true")


def generate(specs: Path = SPECS, output: Path = OUTPUT) -> None:
    """Replace the generated packages.

    Args:
        specs: The folder of the specs.
        output: The folder of the package `cloudkeys_api`, which is replaced.

    Raises:
        SpecError: A spec is wrong; `output` is unchanged.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".generating-", dir=output.parent) as staging:
        built = Path(staging, "new", output.name)
        build(specs, built)
        _replace(output, built, Path(staging, "old"))


def build(specs: Path, output: Path) -> None:
    """Write the packages to a new folder. The arguments and errors are those of `generate`."""
    files = spec_files(specs)
    documents = {file: load(file) for file in files}
    problems = [problem for file, document in documents.items() for problem in check(file, document)]
    if problems:
        raise SpecError(problems)
    output.mkdir(parents=True)
    for file, document in documents.items():
        package = output / file.stem
        models = _models(file, document)
        _build_endpoints(file, document, package, for_templates(document, attributes_of(models)))
        (package / "models.py").write_text(models, encoding="utf-8")
        (package / "service.py").write_text(_service(document), encoding="utf-8")
    (output / "__init__.py").write_text(_package_docstring(files), encoding="utf-8")
    (output / "py.typed").write_bytes(b"")
    _add_banners(output)
    _format(output)


def _build_endpoints(file: Path, document: Document, package: Path, template_data: Document) -> None:
    """Run openapi-python-client and remove its own models, types and errors from the output."""
    settings = ConfigFile(post_hooks=[], field_prefix=FIELD_PREFIX)
    config = Config.from_sources(settings, MetaType.NONE, file, "utf-8", overwrite=False, output_path=package)
    data = GeneratorData.from_dict(document_for_endpoints(document), config=config)
    if isinstance(data, GeneratorError):
        raise SpecError([_generator_problem(file, data)])
    project = Project(openapi=data, config=config, custom_template_path=_TEMPLATES)
    project.env.globals.update({"spec_operations": template_data})
    with contextlib.redirect_stdout(None):
        errors: Sequence[GeneratorError] = project.build()
    if errors:
        raise SpecError(_generator_problem(file, error) for error in errors)
    shutil.rmtree(package / "models")
    for name in ("errors.py", "types.py"):
        (package / name).unlink()


def _generator_problem(file: Path, error: GeneratorError) -> Problem:
    return Problem(file, "#", " ".join(f"{error.header} {error.detail or ''}".split()))


def _models(file: Path, document: Document) -> str:
    """Run datamodel-code-generator."""
    banner = _BANNER.format(source=file.name) + _MODELS
    try:
        with warnings.catch_warnings(action="error"):
            return str(generate_models(schemas_for_models(document), custom_file_header=banner, **_MODEL_OPTIONS))
    except Exception as error:
        raise SpecError([Problem(file, "#/components/schemas", f"{type(error).__name__}: {error}")]) from error


def _service(document: Document) -> str:
    """Return the module that describes the API: the generators ignore servers."""
    servers = tuple(
        (server["url"], tuple(server["x-regions"])) for server in document["servers"] if "x-regions" in server
    )
    lines = [
        '"""The API and its servers."""',
        "from cloudkeys.runtime import client",
        f'class Service(client.Service):\n    """{_SERVICE}"""\n\n    servers = {servers!r}',
    ]
    return "\n\n".join(lines) + "\n"


def _package_docstring(files: Sequence[Path]) -> str:
    lines = ['"""One package for each spec.', "", *(f"- `{file.stem}`" for file in files), '"""']
    return "\n".join(lines) + "\n"


def _add_banners(output: Path) -> None:
    for module in output.rglob("*.py"):
        package = module.relative_to(output).parts[0]
        banner = _BANNER.format(source="*.yaml" if module.parent == output else f"{package}.yaml")
        text = module.read_text(encoding="utf-8")
        if not text.startswith(banner):
            module.write_text(banner + text, encoding="utf-8")


def _format(output: Path) -> None:
    for step in (["check", "--select=D200,D212,F401,I", "--fix", "--unsafe-fixes"], _FORMAT):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *step, *_RUFF, str(output)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SpecError([Problem(output, "#", f"ruff can't format the generated code: {done.stdout}{done.stderr}")])


def _replace(output: Path, built: Path, old: Path) -> None:
    """Replace the old folder with the new one. If that fails, restore the old one."""
    if not output.exists():
        built.rename(output)
        return
    output.rename(old)
    try:
        built.rename(output)
    except BaseException:
        old.rename(output)
        raise

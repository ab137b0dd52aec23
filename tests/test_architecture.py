"""The import law, and the few habits a linter does not know."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT = [
    sys.executable,
    "-c",
    "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
FACES = ("api", "phone", "console", "public", "management")
CLOCKLESS = ("registry/rules", "registry/planner", "registry/signing", "registry/services", "registry/selectors", "geo")
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
WRITES = {"objects", "_base_manager", "_default_manager", "save", "bulk_create", "bulk_update"}
EPSG_CODES = {4326, 3857, 32635, 32634, 3844, 31700}
LINES_AT_MOST = 400


def parsed(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Each Python file below the folders, with its repository path."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def modules_of(package: str) -> set[str]:
    """The names of a package's direct children that Python can import."""
    children = (ROOT / package).iterdir()
    return {
        child.stem
        for child in children
        if (child.suffix == ".py" and child.stem != "__init__") or (child.is_dir() and (child / "__init__.py").exists())
    }


def layers() -> list[set[str]]:
    """The modules of each layer of the registry, from the top."""
    contract = next(contract for contract in CONTRACTS["contracts"] if contract["id"] == "registry")
    return [{name.strip(" ()") for name in layer.replace("|", ":").split(":")} for layer in contract["layers"]]


def attributes(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """Each `left.right` of a module with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.value.id if isinstance(node.value, ast.Name) else "", node.attr, node.lineno


def clocks_in(tree: ast.Module) -> list[int]:
    """The lines that ask the clock."""
    return sorted(line for left, right, line in attributes(tree) if (left, right) in CLOCKS)


def writes_in(tree: ast.Module) -> list[int]:
    """The lines that reach for rows without a service or selector."""
    return sorted(line for left, right, line in attributes(tree) if right in WRITES and left != "super")


def epsg_codes_in(tree: ast.Module) -> list[int]:
    """The lines that name a coordinate reference system."""
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return sorted(node.lineno for node in constants if node.value in EPSG_CODES or "EPSG:" in str(node.value))


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter in a folder."""
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)


def test_the_import_law_holds():
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("geo/zones.py", "import django"),
        ("geo/zones.py", "import registry.models"),
        ("registry/rules/eligibility.py", "import django.utils.timezone"),
        ("registry/states.py", "import registry.models"),
        ("registry/identity.py", "import django"),
        ("registry/models/household.py", "import registry.services"),
        ("registry/selectors/offers.py", "import registry.services"),
        ("registry/services/matching.py", "import registry.management"),
        ("registry/services/matching.py", "import safezone.settings"),
        ("registry/planner/stays.py", "import django"),
        ("registry/planner/stays.py", "import registry.models"),
        ("registry/planner/stays.py", "import registry.states"),
        ("registry/planner/stays.py", "import registry.selectors"),
        ("registry/surprise.py", ""),
    ],
)
def test_an_import_against_the_law_is_found(tmp_path, file, line):
    """The control: the same contracts on a small tree with one broken rule."""
    write_small_tree(tmp_path)
    assert lint(tmp_path).returncode == 0
    (tmp_path / file).write_text(f"{line}\n", encoding="utf-8")
    assert lint(tmp_path).returncode == 1


def write_small_tree(folder: Path) -> None:
    """The empty packages and modules the contracts name, with the contracts."""
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    packages = ["safezone", "geo", "registry", *(f"registry/{name}" for names in layers() for name in names)]
    for package in packages:
        if package not in {"registry/states", "registry/identity"}:
            (folder / package).mkdir()
            (folder / package / "__init__.py").touch()
    for module in ("registry/states.py", "registry/identity.py", "safezone/settings.py"):
        (folder / module).touch()


def test_every_module_of_the_registry_is_in_a_layer():
    assert modules_of("registry") - set().union(*layers()) == set()


def test_the_pure_parts_load_without_django():
    imports = "geo, registry.states, registry.identity, registry.rules, registry.signing, registry.planner"
    names = [path.removesuffix(".py").replace("/", ".") for path, _ in parsed("registry/rules", "geo")]
    code = f"import {imports}, {', '.join(names)}, sys; sys.exit('django' in sys.modules)".replace(".__init__", "")
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_face_never_touches_rows():
    faces = parsed(*(f"registry/{face}" for face in FACES if (ROOT / "registry" / face).exists()))
    assert [f"{path}:{line}" for path, tree in faces for line in writes_in(tree)] == []


def test_a_face_that_touches_rows_is_found():
    assert writes_in(ast.parse("Person.objects.get()\nperson.save()\nsuper().create()")) == [1, 2]


def test_no_service_or_rule_asks_the_clock():
    assert [f"{path}:{line}" for path, tree in parsed(*CLOCKLESS) for line in clocks_in(tree)] == []


def test_a_service_that_asks_the_clock_is_found():
    assert clocks_in(ast.parse("at = timezone.now()\nday = date.today()\nlocal = timezone.localtime(at)")) == [1, 2]


def test_only_one_file_knows_epsg_codes():
    found = {path for path, tree in parsed("geo", "registry", "safezone") if epsg_codes_in(tree)}
    assert found <= {"geo/crs.py"}


def test_an_epsg_code_elsewhere_is_found():
    assert epsg_codes_in(ast.parse("frame.to_crs(32635)\nframe.set_crs('EPSG:4326')\nyear = 2022")) == [1, 2]


def test_no_file_is_too_long_to_read_in_one_go():
    folders = ("geo", "registry", "safezone", "tools", "tests")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {path: length for path, length in lengths.items() if length > LINES_AT_MOST} == {}

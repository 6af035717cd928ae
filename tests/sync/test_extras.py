"""A command whose extra is not installed says in one line what to install."""

import re
import subprocess
import sys
from importlib.metadata import requires, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = {"argon2-cffi": "argon2", "python-bidi": "bidi", "fonticon-materialdesignicons7": "fonticon_mdi7"}
# As in an environment without these packages: Python's finders are asked first, and this one finds nothing for them.
WITHOUT = """
import sys
from importlib.abc import MetaPathFinder
missing = {missing!r}
class Without(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Without())
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in missing else found(name, package)
from {module} import main
sys.argv = {argv!r}
sys.exit(main())
"""


def only_of(extra: str, *others: str) -> set[str]:
    """The modules that come with this extra and not with the others."""

    def of(name: str) -> set[str]:
        lines = [line for line in requires("hearth") or [] if re.search(rf"extra == ['\"]{name}['\"]", line)]
        return {re.split(r"[^\w.-]", line)[0].lower() for line in lines}

    packages = of(extra).difference(*map(of, others))
    return {MODULES.get(package, package.replace("-", "_")) for package in packages}


def run(module: str, missing: set[str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    script = WITHOUT.format(missing=missing, module=module, argv=["hearth", *arguments])
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120, cwd=ROOT
    )


@pytest.mark.parametrize("arguments", [["serve"], ["init"], ["kiosks"], ["--help"], ["--version"]])
def test_the_servers_command_where_only_the_kiosk_is_installed(arguments: list[str]) -> None:
    done = run("sync.server.launch", only_of("server", "kiosk"), *arguments)

    [line] = done.stderr.splitlines()
    assert done.returncode == 2
    assert line.startswith("hearth-server: ") and "pip install 'hearth[server]'" in line


PAIR = ["pair", "--server", "http://127.0.0.1:1", "--code", "X"]


@pytest.mark.parametrize("arguments", [["run"], PAIR, ["demo", "--drive"]])
def test_the_kiosks_command_where_only_the_server_is_installed(tmp_path: Path, arguments: list[str]) -> None:
    done = run("kiosk.launch", only_of("kiosk", "server"), *arguments, "--data", str(tmp_path))

    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert len(lines) == 1 and lines[0].startswith("hearth-kiosk: ") and "pip install 'hearth[kiosk]'" in lines[0]


def test_the_demo_where_only_the_kiosk_is_installed(tmp_path: Path) -> None:
    done = run("kiosk.launch", only_of("server", "kiosk"), "demo", "--drive", "--data", str(tmp_path))

    assert done.returncode == 2
    assert "pip install 'hearth[server]'" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("module", ["sync.server.launch", "kiosk.launch"])
def test_both_commands_print_their_version(module: str) -> None:
    done = run(module, set(), "--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"hearth {version('hearth')}\n", "")

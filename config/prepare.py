"""Sets up a machine for `make run` and `make test`: installs what is missing, or prints the command for it.

Requires only Python 3.11 to 3.13: python3 config/prepare.py [--for-tests]
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "config" / "locks" / "dev.lock"
STAMP = VENV / "prepared"

# What Kivy's wheel and WeasyPrint load from the system, and the Debian package it is in.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libmtdev.so.1": "libmtdev1",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
DRIVERS = {"dri/swrast_dri.so": "libgl1-mesa-dri"}  # draws without a graphics card
PROGRAMS = {  # the window that the tests touch; a voice; a browser for the server's pages; a reader of PDFs
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "espeak-ng": "espeak-ng",
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
}
POSTGRES = ("initdb", "postgres")  # the tests start one of their own
POSTGRES_HOME = Path("/usr/lib/postgresql")  # Debian keeps them there, outside PATH


def main() -> None:
    """Install what is missing; prints each step, and nothing when everything is installed."""
    missing = system_packages(for_tests="--for-tests" in sys.argv)
    if missing:
        install_packages(missing)
    if not STAMP.exists() or STAMP.read_text() != fingerprint():
        make_venv()
        install_python_packages()
        STAMP.write_text(fingerprint())
    subprocess.run(
        [VENV / "bin" / "python", "-m", "assets.compile_catalogues"], check=True, cwd=ROOT
    )  # what has changed


def fingerprint() -> str:
    """Changes whenever the environment has to be created again."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def system_packages(for_tests: bool) -> list[str]:
    """The Debian packages that are missing."""
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    missing += [package for driver, package in DRIVERS.items() if not list(Path("/usr/lib").glob(f"*/{driver}"))]
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    if for_tests:
        missing += [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
        missing += [] if has_postgres() else ["postgresql"]
    return missing


def has_postgres() -> bool:
    """Whether the programs that tests/support/postgres_server.py starts are installed."""
    return all(shutil.which(name) or list(POSTGRES_HOME.glob(f"*/bin/{name}")) for name in POSTGRES)


def loads(library: str) -> bool:
    """Whether the dynamic linker finds this library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_packages(packages: list[str]) -> None:
    """Install with apt-get as root; for other users, exit with the command to type."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        sys.exit(f"Hearth needs these packages (Debian's names): {' '.join(packages)}. Install them, then try again.")
    if os.geteuid() != 0:
        sys.exit(f"Hearth needs some system packages. Please run:\n  sudo {' '.join(command)}\nand then try again.")
    say(f"system packages: {' '.join(packages)}")
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], check=True, **quiet)
    subprocess.run(command, check=True, **quiet)


def make_venv() -> None:
    """Create a virtual environment in .venv."""
    say(f"a Python {sys.version_info.major}.{sys.version_info.minor} environment in .venv")
    STAMP.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install_python_packages() -> None:
    """Install the versions and hashes of the lock file, then Hearth itself."""
    total = sum(not line.startswith((" ", "#")) for line in LOCK.read_text().splitlines())
    say(f"up to {total} Python packages (a minute or two)")
    pip = [str(VENV / "bin" / "pip"), "--disable-pip-version-check"]
    locked = [*pip, "install", "--require-hashes", "--progress-bar", "off", "-r", str(LOCK)]
    with subprocess.Popen(locked, stdout=subprocess.PIPE, text=True) as installing:
        assert installing.stdout is not None
        output = []
        for line in installing.stdout:
            output.append(line)
            if line.startswith("Collecting "):
                count = sum(text.startswith("Collecting ") for text in output)
                print(f"    {count:3} {line.split()[1]}", flush=True)
    if installing.returncode:
        sys.exit("".join(output[-20:]) + "The Python packages could not be installed: is a package index within reach?")
    say("Hearth")
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True
    )


def say(step: str) -> None:
    """Print a step as it begins."""
    print(f"Setting up: {step}", flush=True)


if __name__ == "__main__":
    main()

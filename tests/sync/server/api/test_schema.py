"""The server conforms to its OpenAPI document: schemathesis tests every operation of the real server process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sync.server.http.connection_limits import Limits
from tests.support.limited_server import LimitedServer, limited_server
from tests.support.soak import SOAKING

SUPPORT = Path(__file__).parents[3] / "support"
EXAMPLES = 16 if SOAKING else 4  # of each operation, besides those that the document itself leads to
PHASES = "examples,coverage,fuzzing,stateful"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LimitedServer]:
    with limited_server(tmp_path, Limits()) as started:
        yield started


def test_responses_to_generated_requests_conform_to_the_document(server: LimitedServer, tmp_path: Path) -> None:
    """Every check, with a kiosk's token: schema-valid requests, broken ones, other methods, and one after another."""
    enrolled = requests.post(f"{server.url}/v1/enrol", json={"code": server.pairing_code()}, timeout=30).json()
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/v1/openapi.json", "--no-color"]
    command += ["--header", f"Authorization: Bearer {enrolled['token']}", "--checks", "all", "--phases", PHASES]
    command += ["--seed", "1", "--max-examples", str(EXAMPLES), "--continue-on-failure"]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(SUPPORT)}

    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Stateful (not applicable)" not in done.stdout
    assert "Traceback" not in server.log.read_text()

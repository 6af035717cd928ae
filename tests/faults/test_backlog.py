"""The upload of any number of waiting entries takes no more memory than a few batches."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.soak import SOAKING, figure

MANY = 100_000 if SOAKING else 40_000
SUPPORT = Path(__file__).parents[1] / "support"


def peak(folder: Path, entries: int) -> int:
    """In bytes, measured in a process of its own."""
    done = subprocess.run(
        [sys.executable, SUPPORT / "upload_memory.py", folder, str(entries)],
        env={**os.environ, "PYTHONPATH": str(SUPPORT.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_memory_of_an_upload_does_not_grow_with_its_entries(tmp_path: Path) -> None:
    few, some, many = (peak(tmp_path, entries) for entries in (1_000, 20_000, MANY))

    assert many <= 1.2 * some, "memory grows with the waiting entries"
    assert many <= 20 * few  # the batches have grown to their bound meanwhile
    figure(f"memory of an upload: {MANY:,} entries take {many / some:.2f}x what 20,000 take, {many / few:.1f}x 1,000")

"""The log file: bounded, without personal data, and exported to where it can be fetched."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from kiosk import log_export, log_file
from kiosk.__main__ import main

log = logging.getLogger("kiosk.services.example")
AT = datetime(2026, 11, 24, 21, 30)  # noqa: DTZ001 - the venue's own time


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose log file is open."""
    with log_file.writing(tmp_path):
        yield tmp_path


def test_texts_of_hearth_are_written_and_what_is_filled_in_is_not(folder: Path) -> None:
    log.warning("pairing of %s failed with %s after %s of %s tries", "Josephine", ValueError("4827"), 3, 4827)

    line = "WARNING kiosk.services.example: pairing of … failed with ValueError after 3 of … tries\n"
    assert log_file.read(folder).endswith(line)


def test_an_exception_is_written_by_kind_and_place_without_its_message(folder: Path) -> None:
    def check_out_code() -> None:
        raise LookupError("code 4827 of Josephine")

    try:
        try:
            check_out_code()
        except LookupError as error:
            raise OSError("token 5f3a") from error
    except OSError:
        log.exception("the desk could not answer")

    text = log_file.read(folder)
    assert "the desk could not answer" in text
    assert "test_log_file.py:" in text and "check_out_code" in text
    assert text.index("LookupError") < text.index("OSError")
    for secret in ("4827", "Josephine", "5f3a"):
        assert secret not in text


def test_the_text_of_a_library_is_left_out(folder: Path) -> None:
    logging.getLogger("urllib3.connectionpool").warning("GET /visits/4827 of Josephine")

    assert log_file.read(folder).endswith("WARNING urllib3.connectionpool: …\n")


def test_a_text_that_was_made_beforehand_cannot_be_logged_by_hearth() -> None:
    """A constant text is only constant if no module of Hearth formats it before it is logged."""
    calls = [
        f"{file}:{number}"
        for package in ("kiosk", "sync")
        for file in sorted((Path(__file__).parents[2] / package).rglob("*.py"))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if line.strip().startswith(("log.", "logging.")) and ('(f"' in line or "(str(" in line or ".format(" in line)
    ]
    assert calls == []


def test_the_file_is_bounded(folder: Path) -> None:
    for _ in range(12):
        log.warning("x" * 100_000)

    sizes = [file.stat().st_size for file in (folder / log_file.FOLDER).iterdir()]
    assert len(sizes) == 1 + log_file.FORMER_FILES
    assert max(sizes) <= log_file.MAX_BYTES


def test_a_folder_that_cannot_be_written_does_not_stop_the_kiosk(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / log_file.FOLDER).write_text("in the way")

    with log_file.writing(tmp_path):
        pass

    assert "log file" in caplog.text


def test_without_a_stick_the_log_is_exported_into_the_data_folder(folder: Path, tmp_path: Path) -> None:
    log.warning("first")
    log.warning("second")

    file = log_export.export(folder, AT, media=tmp_path / "media")

    assert file == folder / "export" / "hearth-log-2026-11-24-2130.txt"
    assert file.read_text().index("first") < file.read_text().index("second")


def test_a_mounted_file_system_is_a_stick_and_a_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()

    assert log_export.mounted(tmp_path) == []
    assert Path("/dev/shm") in log_export.mounted(Path("/dev"))


def test_the_command_prints_the_log(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.warning("the desk could not answer")

    assert main(["logs", "--data", str(folder)]) == 0
    assert "the desk could not answer" in capsys.readouterr().out


def test_the_command_names_the_folder_where_there_is_no_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", "--data", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err

"""Kiosks as venues set them up: each panel, each language; every story is told at each of them, one after the other."""

from collections.abc import Iterator

import pytest

from tests.support.kiosk_process import FAST_READING, KioskProcess, running_kiosk
from tests.support.visitor import Host, Visitor

VENUES = (  # what stands there, what it speaks, and how it looks
    ("800x480", "en", "light"),
    ("480x800", "ar", "dark"),
    ("1280x800", "de", "light"),
    ("800x1280", "fr", "contrast"),
    ("480x800", "es", "light"),
    ("800x480", "nl", "dark"),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All stories at one kiosk before the next is started; a module's ``KIOSKS`` says at how many, else at all."""
    if "kiosk" in metafunc.fixturenames:
        venues = VENUES[: getattr(metafunc.module, "KIOSKS", len(VENUES))]
        metafunc.parametrize("kiosk", venues, indirect=True, ids=["-".join(venue) for venue in venues], scope="session")


@pytest.fixture(scope="session")
def kiosk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskProcess]:
    """One that has been started for the first time, has its host's PIN, and a session open."""
    size, language, theme = request.param
    with running_kiosk(tmp_path_factory.mktemp("kiosk"), size, language, theme) as kiosk:
        kiosk.read(FAST_READING)
        Host(kiosk, language).starts()
        yield kiosk


@pytest.fixture
def host(kiosk: KioskProcess) -> Host:
    """Whoever runs the place."""
    return Host(kiosk, kiosk.language)


@pytest.fixture
def visitor(kiosk: KioskProcess, host: Host) -> Visitor:
    """Somebody at the door of an open session with room for everybody, who speaks what the venue speaks."""
    host.ensures_open_session()
    return Visitor(kiosk, kiosk.language)

"""Kiosk processes for each panel and some languages; every journey runs on each of them."""

from collections.abc import Iterator

import pytest

from tests.support.kiosk_process import FAST_READING, KioskProcess, running_kiosk
from tests.support.soak import SOAKING
from tests.support.visitor import Host, Visitor

VENUES = (  # panel, language, theme
    ("800x480", "en", "light"),
    ("480x800", "ar", "dark"),
    ("1280x800", "de", "light"),
    ("800x1280", "fr", "contrast"),
    *((("480x800", "es", "light"), ("800x480", "nl", "dark")) if SOAKING else ()),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run all journeys at one kiosk before the next starts; a module's ``KIOSKS`` limits the number of kiosks."""
    if "kiosk" in metafunc.fixturenames:
        venues = VENUES[: getattr(metafunc.module, "KIOSKS", len(VENUES))]
        metafunc.parametrize("kiosk", venues, indirect=True, ids=["-".join(venue) for venue in venues], scope="session")


@pytest.fixture(scope="session")
def kiosk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskProcess]:
    """A kiosk with a host's PIN and an open session."""
    size, language, theme = request.param
    with running_kiosk(tmp_path_factory.mktemp("kiosk"), size, language, theme) as kiosk:
        kiosk.read(FAST_READING)
        Host(kiosk, language).starts()
        yield kiosk


@pytest.fixture
def kiosk_number(request: pytest.FixtureRequest) -> int:
    """The kiosk's place among VENUES, by which a test chooses its share of the combinations."""
    return VENUES.index(request.node.callspec.params["kiosk"])


@pytest.fixture
def host(kiosk: KioskProcess) -> Host:
    """The kiosk's host."""
    return Host(kiosk, kiosk.language)


@pytest.fixture
def visitor(kiosk: KioskProcess, host: Host) -> Visitor:
    """A visitor who uses the venue's language, at an open session with places left."""
    host.ensures_open_session()
    return Visitor(kiosk, kiosk.language)

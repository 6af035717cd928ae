"""Paper is drawn from its bytes, as a printer would, and its QR code read by a decoder of another make."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image

from kiosk.devices import paper_layout
from kiosk.devices.printer import PrinterDriver
from kiosk.devices.simulators.escpos_paper import EscPosPaper
from kiosk.rules.device_settings import PrinterSettings
from kiosk.rules.paper import Paper, PaperLine
from kiosk.rules.slips import new_code
from kiosk.services.records.closeout_records import CloseoutFigures, OpenItem
from kiosk.services.records.evacuation_records import RollCall, RollEntry
from kiosk.services.records.host_records import ClosedSession
from kiosk.services.records.visitor_records import CheckedIn
from kiosk.ui.style import fonts
from kiosk.ui.style.theme import theme
from kiosk.ui.text import paper_text
from sync.errors import UserError
from sync.languages import LANGUAGES

PRINTERS = [("default", 384), ("POS-5890", 384), ("TM-T20II", 576)]


def printed(paper: Paper, profile: str, width: int) -> Image.Image:
    """The paper as it comes out, with the part that is not cut off yet."""
    roll = EscPosPaper(width)
    data = paper_layout.lay_out(paper, PrinterSettings(name="slips", profile=profile, width=width))
    for start in range(0, len(data), 7):
        roll.feed(data[start : start + 7])
    return roll.cut_slips[0] if roll.cut_slips else roll.uncut


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    code: str = request.param
    return code


@pytest.mark.parametrize(("profile", "width"), PRINTERS)
def test_a_slip_can_be_scanned_in_every_language(
    language: str, profile: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "language", language)
    code = new_code(())
    welcomed = CheckedIn(
        numbers=(14,),
        phones=1,
        kept=0,
        party_size=1,
        code="4711",
        slip=code,
        shelf="",
        reach="+31 20 555 0123",
        until=datetime(2026, 11, 26, 21, 0, tzinfo=UTC),
        venue="The Reading Room",
    )

    picture = printed(paper_text.slip(welcomed), profile, width)

    assert [result.text for result in zxingcpp.read_barcodes(picture.convert("L"))] == [code]
    assert picture.width == width + 16


def test_rolls_and_closings_are_printed_in_every_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "language", language)
    arrived = datetime(2026, 11, 26, 19, 30, tzinfo=UTC)
    entries = tuple(
        RollEntry(UUID(int=number), "pouch", (number,) if number % 4 else (), arrived, 2, on_break=number > 18)
        for number in range(1, 21)
    )
    item = OpenItem(UUID(int=1), 14, "pouch", phones=1, phone="here", pouch="out")
    roll = printed(paper_text.roll_call(RollCall(arrived, entries, has_lockers=True)), "default", 384)
    closed = ClosedSession("Quiet evening", 2, (14,), closed_at=arrived)
    closing = printed(paper_text.closing(closed, CloseoutFigures(1, (14,)), (item,)), "default", 384)

    assert roll.height > 24 * len(entries)
    assert closing.height > 24 * 6


@pytest.mark.parametrize("text", ["Größe “é” – “À” ½", "日本", "☕", "א", "\x00\x1b@", "x" * 500, ""])
def test_any_text_is_printed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = printed(Paper((PaperLine(text, 4), PaperLine(text)), fonts.bold_for("en")), "default", 384)

    assert picture.height > 50


def test_paper_may_be_wider_than_its_profile_says() -> None:
    font = fonts.bold_for("en")
    picture = printed(Paper((PaperLine("日" * 60),), font), "POS-5890", 576)

    assert picture.width == 576 + 16
    assert printed(Paper((PaperLine("日" * 60),), font), "POS-5890", 384).width == 384 + 16


def test_an_unknown_profile_is_an_error_that_names_the_others() -> None:
    with pytest.raises(UserError, match="TM-T20II"):
        PrinterDriver(PrinterSettings(name="slips", profile="TM-T99"), lambda event: None)


def test_large_letters_are_smaller_where_they_would_not_fit() -> None:
    narrow = printed(Paper((PaperLine("1-7, 12, 14-16", 8),), ""), "default", 384)
    wide = printed(Paper((PaperLine("14", 8),), ""), "default", 384)

    assert narrow.height < wide.height

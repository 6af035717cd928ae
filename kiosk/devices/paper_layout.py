"""Turns paper into the bytes of a receipt printer (ESC/POS), by python-escpos.

Texts are sent as letters where code page 437 has them: it is what nearly every receipt printer starts with, and cheap
ones have few others. All other texts are drawn and sent as images, as are QR codes where the printer makes none.
"""

import textwrap
from copy import deepcopy
from math import ceil
from typing import TYPE_CHECKING

from kiosk.rules.device_settings import PrinterSettings
from kiosk.rules.paper import Paper, PaperGap, PaperLine, PaperPart, PaperQr, PaperRule
from sync.errors import UserError

if TYPE_CHECKING:
    from escpos.printer import Dummy
    from PIL.Image import Image

USUAL_WIDTH = 384  # dots: 48 mm of paper that is 58 mm wide
LETTER_WIDTH, LETTER_HEIGHT = 12, 24  # dots of a printer's usual letters (font A)
BIGGEST = 8  # times
CODE_PAGE = "cp437"
CANCEL_MULTIBYTE = b"\x1c."  # FS .: some printers begin with Chinese letters of two bytes
RESET = b"\x1b@"
PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "‚": "'",
        "–": "-",
        "—": "-",
        "…": "...",
        "\u2009": " ",
        "\u00a0": " ",
    }
)
QR_SHARE = 0.6  # of the paper's width
SLOW_QR_SHARE = 0.4  # of one that is sent as an image over a slow line
FAST = 38_400  # baud, from which an image of a QR code takes about a second
MOST_DOTS_OF_MODULE = 16  # that a printer makes
SMALLEST = 8  # dots of a letter's height
QR_QUIET = 4  # modules around a QR code
IMAGE_ROWS = 64  # dots of an image that are sent at once, so that little has to be kept in the printer's memory


def check_profile(name: str) -> None:
    """Raise UserError where python-escpos has no such profile."""
    from escpos.capabilities import CAPABILITIES

    if name not in CAPABILITIES["profiles"]:
        raise UserError(
            f"printer profile {name!r} is unknown: choose one of {', '.join(sorted(CAPABILITIES['profiles']))}"
        )


def lay_out(paper: Paper, settings: PrinterSettings) -> bytes:
    """All bytes of a piece of paper, from its reset to its cut. Raises nothing for any texts."""
    from escpos.printer import Dummy

    printer = Dummy(profile=settings.profile)
    width = _set_width(printer, settings.width)
    printer._raw(RESET + CANCEL_MULTIBYTE)
    layout = _Layout(printer, paper, width, settings.baud >= FAST)
    for part in paper.parts:
        layout.add(part)
    if printer.profile.supports("paperFullCut") or printer.profile.supports("paperPartCut"):
        printer.cut(mode="FULL" if printer.profile.supports("paperFullCut") else "PART")
    else:
        printer.print_and_feed(6)  # up to the edge where it is torn off
    return bytes(printer.output)


def _set_width(printer: "Dummy", width: int) -> int:
    """Set how many dots the paper is wide (0: as the profile says), and return it. Wider images would be refused."""
    profile = printer.profile
    profile.profile_data = deepcopy(profile.profile_data)  # which all printers share
    media = profile.profile_data["media"]["width"]
    media["pixels"] = width or (media["pixels"] if isinstance(media["pixels"], int) else USUAL_WIDTH)
    return int(media["pixels"])


class _Layout:
    """Adds parts to the printer's bytes."""

    def __init__(self, printer: "Dummy", paper: Paper, width: int, is_fast: bool) -> None:
        self._printer = printer
        self._paper = paper
        self._width = width
        self._is_fast = is_fast
        self._columns = width // LETTER_WIDTH

    def add(self, part: PaperPart) -> None:
        """Add one."""
        match part:
            case PaperLine() if self._is_printable(part.text):
                self._add_text(part)
            case PaperLine():
                self._add_drawn_text(part)
            case PaperQr(text):
                self._add_qr(text)
            case PaperRule():
                self._add_text(PaperLine("-" * self._columns))
            case PaperGap():
                self._printer._raw(b"\n")

    def _is_printable(self, text: str) -> bool:
        try:
            text.translate(PLAIN).encode(CODE_PAGE)
        except UnicodeEncodeError:
            return False
        return True

    def _add_text(self, line: PaperLine) -> None:
        text = line.text.translate(PLAIN)
        size = max(1, min(line.size, BIGGEST, self._columns // max(1, len(text)) if line.size > 1 else 1))
        align = "center" if line.align == "center" else "left"
        self._printer.set(align=align, bold=line.bold, custom_size=True, width=size, height=size)
        self._printer._raw(b"\x1bt\x00")  # ESC t 0: code page 437
        for row in textwrap.wrap(text, self._columns // size) or [""]:
            self._printer._raw(row.encode(CODE_PAGE) + b"\n")
        self._printer.set(align="left", bold=False, custom_size=True, width=1, height=1)

    def _add_drawn_text(self, line: PaperLine) -> None:
        start = "right" if self._paper.is_right_to_left else "left"
        for text in line.text.split("\n"):
            self._add_image(self._drawn(text, line.size), "center" if line.align == "center" else start)

    def _drawn(self, text: str, size: int) -> "Image":
        """A line of text as an image; smaller where it would be wider than the paper."""
        from PIL import Image, ImageDraw, ImageFont

        def font_of(height: float) -> "ImageFont.FreeTypeFont":
            # the text is in visual order already, which Pillow's other engine would reverse
            return ImageFont.truetype(self._paper.font, height, layout_engine=ImageFont.Layout.BASIC)

        font = font_of(LETTER_HEIGHT * min(size, BIGGEST))
        if (length := font.getlength(text)) > self._width:
            font = font_of(max(SMALLEST, font.size * self._width / length))
        ascent, descent = font.getmetrics()
        width = min(self._width, max(1, ceil(font.getlength(text))))
        image = Image.new("1", (width, ascent + descent), 1)
        ImageDraw.Draw(image).text((0, 0), text, font=font, fill=0)
        return image

    def _add_qr(self, text: str) -> None:
        from escpos.constants import QR_ECLEVEL_M
        from qrcode.constants import ERROR_CORRECT_M
        from qrcode.main import QRCode

        code = QRCode(error_correction=ERROR_CORRECT_M, border=QR_QUIET)
        code.add_data(text)
        code.make()
        is_native = self._printer.profile.supports("qrCode")
        share = QR_SHARE if is_native or self._is_fast else SLOW_QR_SHARE
        module = max(3, int(self._width * share) // (code.modules_count + 2 * QR_QUIET))
        if is_native:
            self._printer.set(align="center")
            self._printer.qr(text, ec=QR_ECLEVEL_M, size=min(module, MOST_DOTS_OF_MODULE), native=True)
            self._printer.set(align="left")
            return
        code.box_size = module
        self._add_image(code.make_image().get_image().convert("1"), "center")

    def _add_image(self, image: "Image", align: str) -> None:
        self._printer.set(align=align)
        self._printer.image(image, impl="bitImageRaster", fragment_height=IMAGE_ROWS)
        self._printer.set(align="left")

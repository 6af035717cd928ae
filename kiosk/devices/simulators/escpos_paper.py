"""Draws the bytes of a receipt printer (ESC/POS) as its paper: as much of the language as Hearth and its tests use."""

from dataclasses import dataclass, field
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

LETTER_WIDTH, LETTER_HEIGHT = 12, 24  # dots
CODE_PAGE = "cp437"
FONT = str(files("fontpkg_atkinson_hyperlegible") / "files/AtkinsonHyperlegible-Regular.ttf")
# Commands of a fixed length: how many bytes follow their two.
ARGUMENTS = {
    b"\x1b@": 0,
    b"\x1bt": 1,
    b"\x1ba": 1,
    b"\x1bE": 1,
    b"\x1bM": 1,
    b"\x1b-": 1,
    b"\x1b!": 1,
    b"\x1bd": 1,
    b"\x1b2": 0,
    b"\x1b3": 1,
    b"\x1c.": 0,
    b"\x1d!": 1,
    b"\x1dr": 1,
    b"\x1db": 1,
    b"\x1dB": 1,
}
PREFIXES = b"\x1b\x1c\x1d"
MARGIN = 8  # dots


@dataclass
class EscPosPaper:
    """A roll of paper ``width`` dots wide. ``cut_slips`` are the pieces that have been cut off."""

    width: int = 384
    cut_slips: list[Image.Image] = field(default_factory=list)
    done_requests: int = 0  # GS r 1, which are answered when what came before is printed

    def __post_init__(self) -> None:
        self._bytes = bytearray()
        self._rows: list[Image.Image] = []
        self._qr = b""
        self._qr_module = 3
        self._reset()

    def _reset(self) -> None:
        self._align, self._bold, self._wide, self._high, self._text = 0, False, 1, 1, bytearray()

    def feed(self, data: bytes) -> None:
        """Take bytes, cut anywhere."""
        self._bytes += data
        while (length := self._first_length()) and len(self._bytes) >= length:
            command = bytes(self._bytes[:length])
            del self._bytes[:length]
            self._carry_out(command)

    def clear(self) -> None:
        """Forget what has not been printed of a line or a command."""
        self._bytes.clear()
        self._reset()

    @property
    def uncut(self) -> Image.Image:
        """What has been printed since the last cut."""
        return _joined(self._rows, self.width)

    def _first_length(self) -> int:
        """Bytes of the first command, 0 while that is not known yet."""
        data = self._bytes
        if not data or data[0] not in PREFIXES:
            return min(len(data), 1)
        two, count = bytes(data[:2]), len(data)
        if two == b"\x1dV":  # cut
            return 0 if count < 3 else 3 if data[2] in (0, 1, 48, 49) else 4
        if two == b"\x1dv":  # raster image: GS v 0 m xL xH yL yH
            return 0 if count < 8 else 8 + (data[4] + 256 * data[5]) * (data[6] + 256 * data[7])
        if two == b"\x1d(":  # GS ( k pL pH
            return 0 if count < 5 else 5 + data[3] + 256 * data[4]
        return 2 + ARGUMENTS.get(two, 0) if count >= 2 else 0

    def _carry_out(self, command: bytes) -> None:
        two, argument = command[:2], command[2] if len(command) > 2 else 0
        if command[0] not in PREFIXES:
            self._add_byte(command)
        elif two == b"\x1b@":
            self._reset()
        elif two == b"\x1ba":
            self._align = argument % 3
        elif two == b"\x1bE":
            self._bold = bool(argument & 1)
        elif two == b"\x1d!":
            self._wide, self._high = (argument >> 4 & 7) + 1, (argument & 7) + 1
        elif two == b"\x1b!":
            self._wide, self._high = 1 + (argument >> 5 & 1), 1 + (argument >> 4 & 1)
        elif two == b"\x1bd":
            self._end_line()
            self._rows += [self._blank(LETTER_HEIGHT)] * argument
        elif two == b"\x1dv":
            self._add_raster(command)
        elif two == b"\x1d(":
            self._handle_qr(command)
        elif two == b"\x1dV":
            self.cut_slips.append(self.uncut)
            self._rows.clear()
        elif two == b"\x1dr":
            self.done_requests += 1

    def _add_byte(self, byte: bytes) -> None:
        if byte == b"\n":
            self._end_line(is_feed=True)
        elif byte[0] >= 0x20:
            self._text += byte

    def _blank(self, height: int) -> Image.Image:
        return Image.new("1", (self.width, height), 1)

    def _end_line(self, is_feed: bool = False) -> None:
        if not self._text:
            if is_feed:
                self._rows.append(self._blank(LETTER_HEIGHT))
            return
        letters = self._text.decode(CODE_PAGE)
        self._text.clear()
        wide, high = LETTER_WIDTH * self._wide, LETTER_HEIGHT * self._high
        for start in range(0, len(letters), columns := max(1, self.width // wide)):
            row = letters[start : start + columns]
            image = Image.new("1", (LETTER_WIDTH * len(row), LETTER_HEIGHT), 1)
            draw = ImageDraw.Draw(image)
            font = ImageFont.truetype(FONT, LETTER_HEIGHT * 0.8)
            for place, letter in enumerate(row):
                left = place * LETTER_WIDTH + (LETTER_WIDTH - draw.textlength(letter, font=font)) / 2
                for shift in (0, 1) if self._bold else (0,):
                    draw.text((left + shift, 0), letter, font=font, fill=0)
            self._add_aligned(image.resize((wide * len(row), high)))

    def _add_aligned(self, image: Image.Image) -> None:
        row = self._blank(image.height)
        row.paste(image, ((self.width - image.width) * self._align // 2, 0))
        self._rows.append(row)

    def _add_raster(self, command: bytes) -> None:
        wide, high = 8 * (command[4] + 256 * command[5]), command[6] + 256 * command[7]
        dark = Image.frombytes("1", (wide, high), command[8:])
        self._add_aligned(dark.point(lambda dot: 255 - dot).convert("1"))

    def _handle_qr(self, command: bytes) -> None:
        function = command[6] if len(command) > 6 and command[2:3] == b"k" else 0
        if function == 0x43:  # size of a module
            self._qr_module = command[7]
        elif function == 0x50:  # store
            self._qr = command[8:]
        elif function == 0x51:  # print
            from qrcode.main import QRCode

            code = QRCode(box_size=self._qr_module, border=4)
            code.add_data(self._qr.decode())
            self._add_aligned(code.make_image().get_image().convert("1"))


def _joined(rows: list[Image.Image], width: int) -> Image.Image:
    image = Image.new("1", (width + 2 * MARGIN, sum(row.height for row in rows) + 2 * MARGIN), 1)
    top = MARGIN
    for row in rows:
        image.paste(row, (MARGIN, top))
        top += row.height
    return image

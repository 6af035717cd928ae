"""Splits an iCalendar file into its content lines and those into values (RFC 5545 §3.1), as leniently as is safe."""

import binascii
import codecs
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from sync.server.planning.recurrence_rules import BadRecurrence

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
OTHER_ENCODING = "cp1252"  # of lines that are not UTF-8
NAME = re.compile(r"([A-Za-z0-9-]+)[:;]")
MOMENT = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(?:\.\d{1,9})?(?:(Z)|([+-])([01]\d)([0-5]\d))?|Z)?", re.ASCII
)
EXTENDED_DAY = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?=[T ,/]|$)", re.ASCII | re.IGNORECASE)  # of ISO 8601
EXTENDED_TIME = re.compile(
    r"(?<=\d{8})[T ](\d\d):?(\d\d)(?::?(\d\d))?(\.\d+)?(?:([+-]\d\d):?(\d\d))?", re.ASCII | re.IGNORECASE
)
QUOTED_PRINTABLE = re.compile(  # of vCalendar 1.0
    r"[A-Z0-9-]+(?:;[^:;]*)*;(?:ENCODING=)?QUOTED-PRINTABLE(?:;[^:]*)?:", re.IGNORECASE | re.ASCII
)
NUMBER = r"(\d{1,9})"
DURATION = re.compile(rf"([+-]?)P(?:{NUMBER}W)?(?:{NUMBER}D)?T?(?:{NUMBER}H)?(?:{NUMBER}M)?(?:{NUMBER}S)?", re.ASCII)
MISPLACED = re.compile(r";VALUE=[A-Z-]+$", re.IGNORECASE)  # within the quotation marks of another parameter
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;]*)')
ESCAPED = re.compile(r"\\([\\;,nN])")

Moment = datetime | date


class ContentLine(Struct, frozen=True):
    """A line of the file, unfolded; ``name`` in capitals."""

    name: str
    text: str

    @property
    def value(self) -> str:
        """What comes after the first colon outside quotation marks, as it is written."""
        return self.text[self._value_at() :]

    def moments(self) -> tuple[Mapping[str, str], list[str]]:
        """The parameters and values of a list of moments.

        Its values have no colon, so that a parameter with an unquoted one can be read: TZID=(UTC+01:00) Berlin. Times
        in ISO's extended format, which some programs write, are read as if they were in its basic one.
        """
        text = EXTENDED_TIME.sub(lambda match: f"T{_basic(match)}", EXTENDED_DAY.sub(_basic, self.text))
        head, _, values = text.rpartition(":")
        parameters = {
            name.upper(): unescaped(MISPLACED.sub("", value.strip('"'))).strip()
            for name, value in PARAMETER.findall(head[len(self.name) :])
        }
        return parameters, [value.strip().upper() for value in values.split(",") if value.strip()]

    def _value_at(self) -> int:
        first = self.text.find(":") + 1
        if '"' not in self.text[:first]:
            return first
        is_quoted = False
        for at, char in enumerate(self.text):
            if char == '"':
                is_quoted = not is_quoted
            elif char == ":" and not is_quoted:
                return at + 1
        return first


def read_text(content: bytes) -> str:
    """The file's text with lines that end with LF and are unfolded.

    It is unfolded before it is decoded, since programs fold within a character. What is not UTF-8 is read as
    Windows-1252, line by line.
    """
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            content = content[len(mark) :].decode(encoding, "replace").encode()
            break
    content = content.replace(b"\x00", b"").replace(b"\r", b"\n").strip(b" \t\n\x1a")
    content = re.sub(rb"\n+", b"\n", content)
    content = re.sub(rb"\n[ \t]", b"", content)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return "\n".join(map(_decoded, content.split(b"\n")))


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode(OTHER_ENCODING, "replace")


def _basic(match: re.Match[str]) -> str:
    return "".join(part or "" for part in match.groups())


def content_lines(text: str) -> Iterator[ContentLine]:
    """The lines that have a name; others are what is left of texts that were not folded."""
    lines = iter(text.split("\n"))
    for line in lines:
        name = NAME.match(line)
        if name is None:
            continue
        property_name = name.group(1).upper()
        head = QUOTED_PRINTABLE.match(line)
        if head is None:
            yield ContentLine(property_name, line)
            continue
        texts = [line[head.end() :]]
        while texts[-1].endswith("="):
            texts[-1] = texts[-1][:-1]
            texts.append(next(lines, ""))
        yield ContentLine(property_name, f"{property_name}:{_unquoted(''.join(texts))}")


def _unquoted(text: str) -> str:
    r"""A quoted-printable text (RFC 2045 §6.7) in one line: its line breaks are written as ``\n``."""
    return _decoded(binascii.a2b_qp(text.encode())).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def unescaped(text: str) -> str:
    r"""A text without its backslashes (RFC 5545 §3.3.11): ``\n`` is a line break."""
    return ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)


def text_list(text: str) -> list[str]:
    """The texts of a list with commas, of which an escaped one separates nothing."""
    return [unescaped(part) for part in re.findall(r"(?:\\.|[^,\\])+", text)]


def parse_moment(text: str) -> Moment:
    """A day, or a time in UTC or without a zone. A leap second is the one before. Raises BadRecurrence."""
    match = MOMENT.fullmatch(text)
    if match is None:
        raise BadRecurrence(f"“{text[:40]}” is no time")
    year, month, day, hour, minute, second, utc, sign, *offset = match.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        is_midnight = (hour, minute) == ("24", "00")  # ISO 8601: of the day after
        moment = datetime(  # noqa: DTZ001  # its zone is a parameter of its line
            int(year), int(month), int(day), 0 if is_midnight else int(hour), int(minute), min(int(second or 0), 59)
        )
        moment += timedelta(days=is_midnight)
        if sign is not None:
            ahead = timedelta(hours=int(offset[0]), minutes=int(offset[1]))
            moment, utc = moment + (ahead if sign == "-" else -ahead), "Z"
    except (ValueError, OverflowError) as error:
        raise BadRecurrence(f"“{text[:40]}” is no time") from error
    return moment.replace(tzinfo=UTC) if utc else moment


def parse_duration(text: str) -> timedelta:
    """A length (RFC 5545 §3.3.6). Raises BadRecurrence."""
    match = DURATION.fullmatch(text)
    if match is None:
        raise BadRecurrence(f"“{text[:40]}” is no length")
    sign = match[1]
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    try:
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as error:
        raise BadRecurrence(f"“{text[:40]}” is no length") from error
    return -length if sign == "-" else length


def parse_period(text: str) -> tuple[Moment, timedelta | None]:
    """A moment, and the length of a period from there; None: it is a moment alone. Raises BadRecurrence."""
    begin_text, slash, end_text = text.partition("/")
    begin = parse_moment(begin_text)
    if not slash:
        return begin, None
    if DURATION.fullmatch(end_text):
        return begin, parse_duration(end_text)
    end = parse_moment(end_text)
    try:
        return begin, end - begin
    except TypeError as error:
        raise BadRecurrence(f"“{text[:40]}” is no period") from error

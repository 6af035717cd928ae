"""Reads the rows on a SQLite file's pages without its B-trees, for a file whose trees are too damaged for recovery.

Every leaf page of a table lists its own rows; only freed pages are skipped. The layout is
sqlite.org/fileformat2.html: §1.3 the header, §1.5 the list of freed pages, §1.6 the pages, §2.1 a row's values.
"""

from collections.abc import Iterator
from pathlib import Path

HEADER = 100  # bytes, at the beginning of the first page
LEAF_OF_TABLE = 0x0D
USUAL_PAGE = 4096
LARGEST_ROW = 1024 * 1024  # bytes; a larger length is damaged
SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}  # bytes of a value, by its serial type


class TornPage(Exception):
    """The row is damaged."""


class PageScan:
    """One file, read into memory: a kiosk's has some tens of megabytes."""

    def __init__(self, file: Path) -> None:
        self._data = file.read_bytes()
        size = int.from_bytes(self._data[16:18], "big")
        size = 65_536 if size == 1 else size
        is_size = 512 <= size <= 65_536 and size & (size - 1) == 0
        self._size = size if is_size else USUAL_PAGE
        self._usable = self._size - (self._data[20] if is_size else 0)
        self._count = len(self._data) // self._size

    def texts(self) -> Iterator[list[str | None]]:
        """The values of each row that can be read; None for any that is not text."""
        freed = self._freed()
        for number in range(1, self._count + 1):
            if number not in freed:
                yield from self._rows(self._page(number), HEADER if number == 1 else 0)

    def _page(self, number: int) -> bytes:
        return self._data[(number - 1) * self._size : number * self._size]

    def _freed(self) -> set[int]:
        freed: set[int] = set()
        trunk = int.from_bytes(self._data[32:36], "big")
        while 1 < trunk <= self._count and trunk not in freed:
            page = self._page(trunk)
            leaves = min(int.from_bytes(page[4:8], "big"), self._size // 4 - 2)
            freed.add(trunk)
            freed.update(int.from_bytes(page[8 + 4 * n : 12 + 4 * n], "big") for n in range(leaves))
            trunk = int.from_bytes(page[:4], "big")
        return freed

    def _rows(self, page: bytes, start: int) -> Iterator[list[str | None]]:
        if page[start] != LEAF_OF_TABLE:
            return
        cells = int.from_bytes(page[start + 3 : start + 5], "big")
        for n in range(min(cells, self._size // 2)):
            at = int.from_bytes(page[start + 8 + 2 * n : start + 10 + 2 * n], "big")
            try:
                yield _values(self._payload(page, at))
            except (TornPage, IndexError):
                continue

    def _payload(self, page: bytes, at: int) -> bytes:
        """A row's bytes, from its page and its chain of overflow pages."""
        length, at = _varint(page, at)
        _, at = _varint(page, at)  # its rowid
        if length > LARGEST_ROW:
            raise TornPage
        size = self._on_page(length)
        payload, following = page[at : at + size], page[at + size : at + size + 4]
        while len(payload) < length:
            number = int.from_bytes(following, "big")
            if not 1 < number <= self._count:
                raise TornPage
            overflow = self._page(number)
            payload, following = payload + overflow[4 : self._usable], overflow[:4]
        return payload[:length]

    def _on_page(self, length: int) -> int:
        """How many bytes of a row of this length are on its first page."""
        if length <= self._usable - 35:
            return length
        least = (self._usable - 12) * 32 // 255 - 23
        size = least + (length - least) % (self._usable - 4)
        return size if size <= self._usable - 35 else least


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and the offset after it."""
    value = 0
    for n in range(8):
        value = value << 7 | data[at + n] & 0x7F
        if data[at + n] < 0x80:
            return value, at + n + 1
    return value << 8 | data[at + 8], at + 9


def _values(payload: bytes) -> list[str | None]:
    end, at = _varint(payload, 0)
    types: list[int] = []
    while at < end:
        type_, at = _varint(payload, at)
        types.append(type_)
    values: list[str | None] = []
    at = end
    for type_ in types:
        size = (type_ - 12) // 2 if type_ >= 12 else SIZES.get(type_)
        if size is None or at + size > len(payload):
            raise TornPage
        is_text = type_ >= 13 and type_ % 2 == 1
        values.append(payload[at : at + size].decode(errors="replace") if is_text else None)
        at += size
    return values

"""Card ids in one normal form, so that one card is one card at every reader.

A 125 kHz card (EM4100) has five bytes: one of the maker's, and a number of four. Readers that send frames give all
five in hexadecimal; most that type give the number alone, as ten decimal digits, which is also printed on the card.
What both know is the number, so the normal form is its eight hexadecimal digits. Cards of two makers can share a
number; an id is no secret anyway, and can be copied. Sources: docs/devices.md.
"""

import re

NUMBER_BYTES = 4
DECIMAL = re.compile(r"[0-9]{10}")


def card_of_bytes(content: bytes) -> str:
    """The normal form of a card's five bytes."""
    return content[-NUMBER_BYTES:].hex().upper()


def card_of_decimal(text: str) -> str | None:
    """The normal form of a number as a reader types it, or as it is printed; None where it is none."""
    if not DECIMAL.fullmatch(text) or (number := int(text)) >= 1 << 8 * NUMBER_BYTES:
        return None
    return card_of_bytes(number.to_bytes(NUMBER_BYTES, "big"))

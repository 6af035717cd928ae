"""The text of the QR code on the server's pairing page: the server's address and a pairing code, for a kiosk's scanner.

``HK1:`` and base32 (RFC 4648, upper case, without padding) of a checksum, the code, a line break and the address. These
letters are on every keyboard layout that a scanner which types may be set to; the checksum tells which reading of its
keys is right. The text is as secret as the code.
"""

import base64
import binascii
import hashlib
import re

PREFIX = "HK1:"
CHECKSUM_BYTES = 4
LONGEST_ADDRESS = 100  # characters
MOST_LETTERS = 190  # of base32: for the checksum, a code of eight letters and the longest address
LETTERS = re.compile(f"[A-Z2-7]{{16,{MOST_LETTERS}}}")
CODE = re.compile(r"[A-Z0-9]{8}")


def pairing_text(address: str, code: str) -> str | None:
    """The QR code's text; None: the address is too long, or not in ASCII, and can only be typed."""
    if len(address) > LONGEST_ADDRESS or not address.isascii():
        return None
    content = f"{code}\n{address}".encode()
    return PREFIX + base64.b32encode(_checksum(content) + content).decode().rstrip("=")


def read_pairing_text(text: str) -> tuple[str, str] | None:
    """Address and code; None: it is another text, misread, or too long. Whether the address can be used is not said."""
    letters = text.removeprefix(PREFIX)
    if letters == text or not LETTERS.fullmatch(letters):
        return None
    try:
        content = base64.b32decode(letters + "=" * (-len(letters) % 8))
        code, _, address = content[CHECKSUM_BYTES:].decode("ascii").partition("\n")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if content[:CHECKSUM_BYTES] != _checksum(content[CHECKSUM_BYTES:]) or not CODE.fullmatch(code):
        return None
    return address, code


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:CHECKSUM_BYTES]

"""The text of the pairing page's QR code: read back exactly, or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from sync.pairing_tokens import LONGEST_ADDRESS, MOST_LETTERS, PREFIX, pairing_text, read_pairing_text

ADDRESS, CODE = "https://hearth.example.org", "ABCD2345"
TEXT = pairing_text(ADDRESS, CODE) or ""


@given(st.text(st.characters(codec="ascii"), max_size=LONGEST_ADDRESS), st.from_regex("[A-Z0-9]{8}", fullmatch=True))
def test_any_address_and_code_are_read_back(address, code):
    text = pairing_text(address, code) or ""

    assert read_pairing_text(text) == (address, code)
    assert len(text) <= len(PREFIX) + MOST_LETTERS


@given(st.integers(0, len(TEXT) - 1), st.text(max_size=2))
def test_one_that_is_misread_is_not_read(at, wrong):
    damaged = TEXT[:at] + wrong + TEXT[at + 1 :]
    assert read_pairing_text(damaged) == ((ADDRESS, CODE) if damaged == TEXT else None)


@given(st.text(max_size=300) | st.text(alphabet="ABCXYZ234567", max_size=300).map(PREFIX.__add__))
def test_any_other_text_is_none(text):
    assert read_pairing_text(text) is None


def test_an_address_that_is_too_long_has_no_text():
    assert pairing_text("https://" + "x" * LONGEST_ADDRESS, CODE) is None
    assert pairing_text("https://küche.example", CODE) is None

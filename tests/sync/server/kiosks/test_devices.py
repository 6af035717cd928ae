"""The coordinator sees which kiosk has a device that needs a hand."""

import pytest
import requests

from sync.server.kiosks.words import device_words

Page = requests.Session


def test_a_printer_without_paper_is_on_the_page_of_kiosks_until_it_has_some(central, kiosk, signed_in: Page) -> None:
    kiosk.beat(devices={"printer": "paper_out", "scanner": "unknown"})
    assert "printer: out of paper" in signed_in.get(f"{central.url}/kiosks").text

    kiosk.beat(devices={"printer": "ready"})
    assert "printer" not in signed_in.get(f"{central.url}/kiosks").text


@pytest.mark.parametrize(
    ("devices", "words"),
    [
        (None, ""),
        ({"printer": "ready"}, ""),
        ({"b": "on_fire", "a": "absent"}, "a: not plugged in; b: on_fire"),
    ],
)
def test_a_state_of_a_later_release_is_shown_as_it_is(devices: dict[str, str] | None, words: str) -> None:
    assert device_words(devices) == words


def test_names_of_devices_are_no_markup(central, kiosk, signed_in: Page) -> None:
    kiosk.beat(devices={"<b>": "<i>"})

    assert "&lt;b&gt;: &lt;i&gt;" in signed_in.get(f"{central.url}/kiosks").text

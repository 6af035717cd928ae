"""Changing language, text size and contrast in the middle of a check-in loses no input."""

from tests.support.visitor import Visitor

SHARP = 250  # levels between the darkest and the lightest


def test_a_change_of_language_keeps_the_counts(visitor: Visitor) -> None:
    other = Visitor(visitor.kiosk, visitor.another_language)
    visitor.touches("come_in", "size_5", "phones_minus", "kept_plus").at("stow", "Staying with their owners")

    visitor.touches("language", f"language_{other.language}")

    screen = other.sees("stow", "Staying with their owners")
    assert (screen.keys["phones"].text, screen.keys["kept"].text) == ("4", "1")
    other.touches("back", "back").at("welcome")


def test_the_order_of_a_row_is_the_order_of_reading(visitor: Visitor) -> None:
    screen = visitor.touches("come_in").sees("party", "How many are you?")

    places = [screen.keys[f"size_{number}"].middle[0] for number in (1, 2, 3)]
    assert places == sorted(places, reverse=visitor.language == "ar")
    back, language = (screen.keys[key].middle[0] for key in ("back", "language"))
    assert (back > language) == (visitor.language == "ar")
    visitor.touches("back").at("welcome")


def test_larger_text_and_a_stronger_contrast(visitor: Visitor) -> None:
    usual = visitor.touches("come_in").sees("party").keys["language"]

    visitor.touches("access").at("access", "What makes it easier?").touches("larger")
    visitor.kiosk.see(on=["larger"])
    if not visitor.kiosk.look().keys["stronger"].on:
        visitor.touches("stronger")
    visitor.kiosk.see(on=["larger", "stronger"], language=visitor.language)
    larger = visitor.touches("done").sees("party", "How many are you?").keys["language"]

    assert larger.area > usual.area
    darkest, lightest = visitor.kiosk.display.look().convert("L").getextrema()
    assert lightest - darkest >= SHARP
    visitor.touches("back").at("welcome")
    assert visitor.touches("come_in").sees("party").keys["language"] == usual, "the next one finds it as usual"
    visitor.touches("back").at("welcome")

"""Whoever stands at the door and reads one language: what they do, in words that a story is told in."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.ui.style.languages import LANGUAGES
from kiosk.ui.style.theme import theme
from kiosk.ui.text import i18n, phrases
from sync.domain.visit import Visit
from tests.support.kiosk_process import Kiosk, Screen
from tests.support.x11_display import until

PIN = "482913"
CROWDED = 4
AWAY = 90  # seconds until any page has gone back to the door
MANY = 7  # people who have no number of their own to tap
Sentence = str | Callable[[], str]  # as it stands in the code, or what builds it
KEYS = {":": "colon"}  # as X calls it
ON_THE_WAY = {"feeling": "skip"}  # pages that a visitor may be asked on, and what one taps to pass them by


@dataclass(frozen=True)
class Visitor:
    """One person, or one for a party; ``kiosk`` is what they stand at."""

    kiosk: Kiosk
    language: str

    @property
    def another_language(self) -> str:
        """One that they don't speak."""
        return next(code for code in LANGUAGES if code != self.language)

    def speaks(self) -> "Visitor":
        """Chooses the language, where the door doesn't speak it anyway."""
        if self.kiosk.look().language != self.language:
            self.touches("language", f"language_{self.language}")
            self.kiosk.see(page=["welcome"], language=self.language)
        return self

    def touches(self, *keys: str) -> "Visitor":
        """One button after the other, each as soon as it is there."""
        for key in keys:
            self.kiosk.touch(key)
        return self

    def types(self, digits: str) -> "Visitor":
        """A number, on the screen's own keypad."""
        return self.touches(*(f"digit_{digit}" for digit in digits))

    def at(self, page: str, *sentences: Sentence) -> "Visitor":
        """Waits for a page, and for these sentences on it in their language."""
        self.sees(page, *sentences)
        return self

    def sees(self, page: str, *sentences: Sentence) -> Screen:
        """The same, and what stands there."""
        return self.kiosk.see(page=[page], asks=False, texts=[self.in_words(sentence) for sentence in sentences])

    def in_words(self, sentence: Sentence) -> str:
        """The sentence in their language."""
        before = theme.language
        theme.language = self.language
        try:
            return i18n.say(sentence) if isinstance(sentence, str) else sentence()
        finally:
            theme.language = before

    def comes_in(self, people: int, *choices: str, then: str = "") -> Visit:
        """From the door to the confirmation and back; ``choices`` are taps where phones rest. Their visit.

        ``then``: the face that says how they feel; without one they pass it by.
        """
        before = {visit.id for visit in self.kiosk.ledger.present()}
        size = [f"size_{people}"] if people < MANY else ["size_more", *["size_plus"] * (people - MANY), "go_on"]
        self.speaks().touches("come_in", *size, *choices).passes_by("confirmed")
        [visit] = [visit for visit in self.kiosk.ledger.present() if visit.id not in before]
        screen = self.sees("confirmed", lambda: phrases.spaced(visit.code), "Your code for leaving")
        assert screen.language == self.language == visit.language
        self.touches("done")
        if then:
            self.at("feeling").touches(then).at("feeling", "Thank you.\nEnjoy your time.").kiosk.wait(2)
        self.passes_by("welcome")
        return visit

    def comes_in_with_slip(self, people: int, *choices: str) -> tuple[Visit, str]:
        """The same as :meth:`comes_in`, and the code on the slip that they were shown."""
        self.speaks().touches("come_in", f"size_{people}", *choices).passes_by("confirmed")
        slip = next(text for text in self.kiosk.look().texts if text.startswith("HS"))
        self.touches("done").passes_by("welcome")
        return self.latest(), slip

    def scans(self, text: str, *suffix: str) -> "Visitor":
        """Holds something before a scanner that types."""
        self.kiosk.glass.keys(*(KEYS.get(letter, letter) for letter in text), *suffix)
        return self

    def passes_by(self, page: str) -> "Visitor":
        """Answers with the shortest way on, whatever is asked before that page."""
        ahead = [page, *ON_THE_WAY]
        while (at := self.kiosk.see(page=ahead).page) != page:
            ahead.remove(at)
            self.touches(ON_THE_WAY[at])
        return self

    def leaves(self, visit: Visit, *choices: str) -> Visit:
        """From the door to the farewell and back; ``choices`` are taps there. The visit as it ended."""
        self.speaks().touches("leave").at("code", "Ready to go?").types(visit.code).at("thanks")
        self.touches(*choices or ("skip",)).at("thanks", "Thank you.") if choices else self.touches("skip")
        self.kiosk.wait(2)
        self.at("welcome")
        return self.visit(visit)

    def latest(self) -> Visit:
        """Whoever has come in last."""
        return max(self.kiosk.ledger.present(), key=lambda visit: visit.checked_in or 0)

    def visit(self, visit: Visit) -> Visit:
        """It as it stands in the ledger now."""
        now = self.kiosk.ledger.visit(visit.id)
        assert now is not None
        return now


@dataclass(frozen=True)
class Host(Visitor):
    """Whoever has the PIN, and speaks what the venue speaks."""

    def starts(self) -> None:
        """The very first time: a PIN of their own, twice, and a session."""
        for _ in range(2):
            self.at("first_pin").types(PIN).touches("check")
            self.kiosk.see(resting=["check"])
        self.opens("Open hours")

    def signs_in(self) -> "Host":
        """From the door to the board."""
        self.touches("host").at("host_pin").types(PIN).touches("check").at("board")
        return self

    def opens(self, title: str) -> None:
        """The template of that name, and back to the door."""
        before = {one.id for one in self.kiosk.ledger.open_sessions()}
        offers = self.sees("board", lambda: title)
        self.touches(next(thing.key for thing in offers.keys.values() if thing.text == title))

        def opened() -> bool:
            return [one.title for one in self.kiosk.ledger.open_sessions() if one.id not in before] == [title]

        until(opened, f"{title} in the ledger")
        self.kiosk.see(keys=["close"])
        self.touches("lock").at("welcome")

    def closes(self) -> None:
        """Whatever is open; the board stays in front."""
        self.signs_in()
        while open_now := self.kiosk.ledger.open_sessions():
            self.touches("close").at("close").touches("close_now")
            fewer = len(open_now) - 1
            until(
                lambda fewer=fewer: len(self.kiosk.ledger.open_sessions()) == fewer,
                "the end of a session in the ledger",
            )
            self.touches("back").at("board")

    def makes_room(self) -> None:
        """Open hours, and not crowded with those whom others have left behind; nothing to do where it is so."""
        if self.kiosk.look().page != "welcome":  # a story broke off there, which is nobody else's concern
            self.kiosk.wait(AWAY)
        sessions, present = self.kiosk.ledger.open_sessions_and_visits()
        taken = max(sum(visit.phones for visit in present), sum(visit.party_size for visit in present) // 2)
        if [one.title for one in sessions] == ["Open hours"] and taken <= CROWDED:
            return
        self.closes() if sessions else self.signs_in()
        self.opens("Open hours")

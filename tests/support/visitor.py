"""Visitors and hosts at a kiosk, in one language; their methods are the steps of journey tests."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.services.records.closeout_records import CloseoutFigures
from kiosk.ui.style.theme import theme
from kiosk.ui.text import closeout_text, i18n, phrases
from sync.domain.visit import Visit
from sync.languages import LANGUAGES
from tests.support.kiosk_process import KioskProcess, ScreenState
from tests.support.x11_display import until

CROWDED = 4
AWAY = 90  # seconds after which any page has returned to the welcome screen
MANY = 7  # people; from here on there is no button for the number
Sentence = str | Callable[[], str]  # the untranslated text, or a function that returns the translated one
KEYS = {":": "colon", "/": "slash", ".": "period"}  # X names
OPTIONAL_PAGES = {"feeling": "skip"}  # by page: the button that skips it


@dataclass(frozen=True)
class Visitor:
    """A person who uses ``kiosk``, for themselves or their party."""

    kiosk: KioskProcess
    language: str

    @property
    def another_language(self) -> str:
        """A language other than theirs."""
        return next(code for code in LANGUAGES if code != self.language)

    def speaks(self) -> "Visitor":
        """Chooses the language, unless the kiosk is in it already."""
        if self.kiosk.look().language != self.language:
            self.touches("language", f"language_{self.language}")
            self.kiosk.see(page=["welcome"], language=self.language)
        return self

    def touches(self, *keys: str) -> "Visitor":
        """Touches these buttons in order, each as soon as it is shown."""
        for key in keys:
            self.kiosk.touch(key)
        return self

    def types(self, digits: str) -> "Visitor":
        """Types a number on the screen's keypad."""
        return self.touches(*(f"digit_{digit}" for digit in digits))

    def at(self, page: str, *sentences: Sentence) -> "Visitor":
        """Waits for a page that shows these sentences in their language."""
        self.sees(page, *sentences)
        return self

    def sees(self, page: str, *sentences: Sentence) -> ScreenState:
        """The same; returns the state of the screen."""
        return self.kiosk.see(
            page=[page], idle_warning=False, texts=[self.translate(sentence) for sentence in sentences]
        )

    def translate(self, sentence: Sentence) -> str:
        """The sentence in their language."""
        before = theme.language
        theme.language = self.language
        try:
            return i18n.say(sentence) if isinstance(sentence, str) else sentence()
        finally:
            theme.language = before

    def comes_in(self, people: int, *choices: str, then: str = "") -> Visit:
        """Checks in from the welcome screen and returns to it; ``choices``: taps on the stow page. Returns the visit.

        ``then``: the face to tap on the feeling page; without one that page is skipped.
        """
        before = {visit.id for visit in self.kiosk.ledger.present()}
        size = [f"size_{people}"] if people < MANY else ["size_more", *["size_plus"] * (people - MANY), "go_on"]
        self.speaks().touches("come_in", *size, *choices).skips_to("confirmed")
        [visit] = [visit for visit in self.kiosk.ledger.present() if visit.id not in before]
        screen = self.sees("confirmed", lambda: phrases.spaced(visit.code), "Your code for leaving")
        assert screen.language == self.language == visit.language
        self.touches("done")
        if then:
            self.at("feeling").touches(then).at("feeling", "Thank you.\nEnjoy your time.").kiosk.wait(2)
        self.skips_to("welcome")
        return visit

    def comes_in_with_slip(self, people: int, *choices: str) -> tuple[Visit, str]:
        """The same as :meth:`comes_in`; returns the visit and the code on its slip."""
        self.speaks().touches("come_in", f"size_{people}", *choices).skips_to("confirmed")
        slip = next(text for text in self.kiosk.look().texts if text.startswith("HS"))
        self.touches("done").skips_to("welcome")
        return self.latest(), slip

    def scans(self, text: str, *suffix: str) -> "Visitor":
        """Scans a text with a scanner that emulates a keyboard."""
        self.kiosk.display.keys(*(KEYS.get(letter, letter) for letter in text), *suffix)
        return self

    def skips_to(self, page: str) -> "Visitor":
        """Skips optional pages until that page is shown."""
        expected = [page, *OPTIONAL_PAGES]
        while (at := self.kiosk.see(page=expected).page) != page:
            expected.remove(at)
            self.touches(OPTIONAL_PAGES[at])
        return self

    def leaves(self, visit: Visit, *choices: str) -> Visit:
        """Checks out from the welcome screen and returns to it; ``choices`` are taps there. Returns the ended visit."""
        self.speaks().touches("leave").at("code", "Ready to go?").types(visit.code).at("thanks")
        self.touches(*choices or ("skip",)).at("thanks", "Thank you.") if choices else self.touches("skip")
        self.kiosk.wait(2)
        self.at("welcome")
        return self.visit(visit)

    def latest(self) -> Visit:
        """The open visit that checked in last."""
        return max(self.kiosk.ledger.present(), key=lambda visit: visit.checked_in or 0)

    def visit(self, visit: Visit) -> Visit:
        """The visit as it is in the ledger now."""
        current = self.kiosk.ledger.visit(visit.id)
        assert current is not None
        return current


@dataclass(frozen=True)
class Host(Visitor):
    """The host, who has the PIN and uses the venue's language."""

    def starts(self) -> None:
        """Answers the questions of the first start, notes the PIN, and opens a session."""
        self.answers_the_first_questions()
        self.touches("pair_later")
        self.opens("Open hours")

    def answers_the_first_questions(self) -> None:
        """Goes from the first page of a new kiosk to the one that offers to pair it."""
        self.kiosk.see(page=["setup_language"])
        self.touches(f"language_{self.language}").at("text_entry", "What is your place called?").touches("check")
        self.at("text_entry", "Which room is this?").touches("check").at("setup_counts").touches("go_on")
        self.at("text_entry", "Who are you?")
        self.types_name().touches("check")
        self.notes_pin()
        self.at("setup_pairing")

    def types_address(self, address: str) -> None:
        """Types a server's address on the letter keyboard, where https:// stands already."""
        self.at("text_entry", "Where is the server?").touches(*["delete"] * len("https://"))
        for letter in address:
            if f"letter_{letter}" not in self.kiosk.look().keys:
                self.touches("more")
            self.touches(f"letter_{letter}")

    def types_name(self) -> "Host":
        """Types a name of the first letters of the keyboard."""
        letters = "ابتابت" if self.language == "ar" else "abcabcabc"
        self.touches(*(f"letter_{letter}" for letter in letters))
        return self

    def notes_pin(self) -> None:
        """Notes the PIN that the kiosk proposes, and confirms it."""
        screen = self.kiosk.see(page=["new_pin"], keys=["accept"])
        self.kiosk.pin = screen.keys["pin"].text.replace(" ", "")
        self.touches("accept")

    def signs_in(self) -> "Host":
        """Opens the board from the welcome screen."""
        self.touches("host").at("host_pin").types(self.kiosk.pin).touches("check").at("board")
        return self

    def opens(self, title: str) -> None:
        """Opens a session from the template of that name, and returns to the welcome screen."""
        before = {session.id for session in self.kiosk.ledger.open_sessions()}
        offers = self.sees("board", lambda: title)
        self.touches(next(widget.key for widget in offers.keys.values() if widget.text == title))

        def opened() -> bool:
            new = [session for session in self.kiosk.ledger.open_sessions() if session.id not in before]
            return [session.title for session in new] == [title]

        until(opened, f"{title} in the ledger")
        self.kiosk.see(keys=["close"])
        self.touches("lock").at("welcome")

    def closes(self) -> None:
        """Closes all open sessions; the board stays open."""
        self.signs_in()
        while open_now := self.kiosk.ledger.open_sessions():
            self.touches("close").at("close").touches("close_now")
            fewer = len(open_now) - 1
            until(
                lambda fewer=fewer: len(self.kiosk.ledger.open_sessions()) == fewer,
                "the end of a session in the ledger",
            )
            self.clears_everything().touches("back").at("board")

    def clears_everything(self) -> "Host":
        """Clears, from the top, whatever the close-out lists; the result is shown."""
        _, outstanding = self.kiosk.ledger.open_and_outstanding()
        if any(not visit.is_in for visit in outstanding):
            screen = self.kiosk.see(page=["close"], keys=["finish"])
            count = sum(key.startswith("clear_") for key in screen.keys)
            for left in reversed(range(count)):
                self.touches("clear_0").at("close", lambda left=left: closeout_text.to_clear(left))
            self.touches("finish")
        self.at("close", lambda: closeout_text.left_open(CloseoutFigures()))
        return self

    def ensures_open_session(self) -> None:
        """Restarts the session if it is not "Open hours" alone, or has many visits left over from other tests."""
        if self.kiosk.look().page != "welcome":  # an earlier test failed there
            self.kiosk.wait(AWAY)
        sessions, present = self.kiosk.ledger.open_and_outstanding()
        load = max(sum(visit.phones for visit in present), sum(visit.party_size for visit in present) // 2)
        if [session.title for session in sessions] == ["Open hours"] and load <= CROWDED:
            return
        self.closes() if sessions else self.signs_in()
        self.opens("Open hours")

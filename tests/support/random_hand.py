"""A hand that uses a kiosk's window at random: it touches, types codes and PINs, scans, waits, and cuts the power."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from sync.domain.visit import Visit
from tests.support.kiosk_process import KioskProcess, ScreenState
from tests.support.visitor import Visitor

UNSAFE = {"power_off", "restart", "restart_kiosk"}  # end the process
FORWARD = {"come_in", "check", "go_on", "done", "accept", "close", "correct", "yes"}  # chosen more often
SHARE_FORWARD = 0.3
RARE = {"access", "language", "reach", "whats_on", "evacuate"}
WAITS = (1, 5, 20, 45, 200, 1_800, 5_400)  # seconds
NEXT_FRAME = 0.01  # second
READING = 1.0  # second, after which buttons accept touches
DAY = 24 * 60 * 60
MOST_DIGITS = 8


@dataclass
class RandomHand:
    """Acts on ``kiosk`` by ``random``; ``trail`` is what it has done, for whoever reads a failure."""

    kiosk: KioskProcess
    random: Random
    trail: list[str] = field(default_factory=list)

    def act(self) -> None:
        """Do one thing."""
        self.kiosk.wait(READING)
        screen = self.kiosk.wait(NEXT_FRAME)
        if screen.page == "new_pin" and (shown := screen.keys.get("pin")):
            self.kiosk.pin = shown.text.replace(" ", "")
        choices: list[tuple[Callable[[ScreenState], None], int]] = [
            (self.touch, 300),
            (self.type_number, 2_000 if "digit_0" in screen.keys else 0),
            (self.wait, 10),
            (self.scan, 5),
            (self.touch_twice, 10),
            (self.cut_power, 1),
        ]
        acts, weights = zip(*choices, strict=True)
        [act] = self.random.choices(acts, weights)
        act(screen)

    def touch(self, screen: ScreenState) -> None:
        """Touch a button that accepts touches, rather one that leads on."""
        keys = sorted({widget.key for widget in screen.keys.values() if widget.accepts_touch} - UNSAFE)
        forward = sorted(FORWARD & set(keys))
        if not keys:
            self.wait(screen)
            return
        weights = [1 if key in RARE or key.startswith("language_") else 10 for key in keys]
        [key] = self.random.choices(keys, weights)
        if forward and self.random.random() < SHARE_FORWARD:
            key = self.random.choice(forward)
        self.trail.append(f"{screen.page}: {key}")
        self.kiosk.display.touch(*screen.keys[key].middle)
        self.kiosk.see(touches_ended=screen.touches_ended + 1)

    def touch_twice(self, screen: ScreenState) -> None:
        """Touch a button twice in a hurry."""
        keys = sorted({widget.key for widget in screen.keys.values() if widget.accepts_touch} - UNSAFE)
        if keys:
            key = self.random.choice(keys)
            self.trail.append(f"{screen.page}: {key} twice")
            x, y = screen.keys[key].middle
            press = ("mousedown", 1, "sleep", 0.02, "mouseup", 1)
            self.kiosk.display.send("mousemove", x, y, *press, "sleep", self.random.choice([0.03, 0.15]), *press)
            self.kiosk.see(touches_ended=screen.touches_ended + 2)

    def type_number(self, screen: ScreenState) -> None:
        """Type a number that means something, or any digits, on the keyboard's row of digits."""
        digits = self._number(screen.page)
        self.trail.append(f"{screen.page}: types {digits}")
        self.kiosk.display.keys(*digits)
        self.kiosk.see(keys_released=screen.keys_released + len(digits))
        if "check" in self.kiosk.look().keys and self.random.random() < 0.9:
            self.kiosk.display.keys("Return")

    def _number(self, page: str) -> str:
        visits = self._visits()
        if page == "host_pin" and self.random.random() < 0.9:
            return self.kiosk.pin
        if visits and self.random.random() < 0.9:
            visit = self.random.choice(visits)
            number = str(self.random.choice(visit.numbers)) if visit.numbers else visit.code
            return visit.code if page == "code" else self.random.choice([visit.code, number])
        return "".join(self.random.choices("0123456789", k=self.random.randint(1, MOST_DIGITS)))

    def _visits(self) -> list[Visit]:
        return [visit for visit in self.kiosk.ledger.visits() if visit.outstanding]

    def scan(self, screen: ScreenState) -> None:
        """Scan something that is no slip of this venue."""
        text = self.random.choice(["HS2ABCDEFGHJKMN", "9783161484100", "HS1WRONG", "https://example.org"])
        self.trail.append(f"{screen.page}: scans {text}")
        Visitor(self.kiosk, self.kiosk.language).scans(text, "Return")
        self.kiosk.see(keys_released=screen.keys_released + 1)

    def wait(self, screen: ScreenState) -> None:
        """Let time pass, sometimes until the next day."""
        seconds = DAY if self.random.random() < 0.03 else self.random.choice(WAITS)
        self.trail.append(f"{screen.page}: waits {seconds} s")
        self.kiosk.wait(seconds)

    def cut_power(self, screen: ScreenState) -> None:
        """Cut the power and start again."""
        self.trail.append(f"{screen.page}: power cut")
        self.kiosk.kill_and_restart()
        self.kiosk.see(page=["welcome"])

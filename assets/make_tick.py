"""Makes the tick of a pressed button: ``python assets/make_tick.py`` writes ``sounds/tick.wav``, a knock on soft wood.

A small block of wood that is tapped rings in a few modes, the higher the shorter, after the brush of the finger itself.
"""

import random
import wave
from array import array
from math import exp, pi, sin
from pathlib import Path

RATE = 22050  # samples a second
SECONDS = 0.06
PEAK = 0.22  # of what the format can hold: quiet beside a voice
MODES = ((540.0, 1.0, 0.012), (1240.0, 0.45, 0.006), (2310.0, 0.18, 0.003))  # Hz, loudness, seconds to a third of it
BRUSH, BRUSH_SECONDS = 0.25, 0.0015
FADE = 0.01  # seconds at the end, so that it doesn't click


def tick() -> "array[int]":
    """Its samples, 16 bits each."""
    chance = random.Random(1)
    soft, found = 0.0, []
    for n in range(round(RATE * SECONDS)):
        t = n / RATE
        soft += 0.4 * (chance.uniform(-1, 1) - soft)  # noise without its highest part
        ringing = sum(loud * exp(-t / decay) * sin(2 * pi * pitch * t) for pitch, loud, decay in MODES)
        found.append((ringing + BRUSH * soft * exp(-t / BRUSH_SECONDS)) * min(1.0, (SECONDS - t) / FADE))
    loudest = max(abs(sample) for sample in found)
    return array("h", (round(sample / loudest * PEAK * 32767) for sample in found))


if __name__ == "__main__":
    sounds = Path(__file__).parent / "sounds"
    sounds.mkdir(exist_ok=True)
    with wave.open(str(sounds / "tick.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tick().tobytes())

"""Synthesizes the tick of a pressed button: ``python assets/make_tick.py`` writes ``sounds/tick.wav``.

The sound of a tapped block of wood: a few decaying modes, the higher the shorter, after the noise of the finger.
"""

import random
import wave
from array import array
from math import exp, pi, sin
from pathlib import Path

RATE = 22050  # samples a second
SECONDS = 0.06
PEAK = 0.22  # share of full scale: quiet beside a voice
MODES = ((540.0, 1.0, 0.012), (1240.0, 0.45, 0.006), (2310.0, 0.18, 0.003))  # Hz, amplitude, time constant in seconds
BRUSH, BRUSH_SECONDS = 0.25, 0.0015
FADE = 0.01  # seconds of fade-out, so that the end doesn't click


def tick() -> "array[int]":
    """The samples, 16 bits each."""
    chance = random.Random(1)
    noise, samples = 0.0, []
    for n in range(round(RATE * SECONDS)):
        t = n / RATE
        noise += 0.4 * (chance.uniform(-1, 1) - noise)  # low-pass filtered
        ringing = sum(amplitude * exp(-t / decay) * sin(2 * pi * pitch * t) for pitch, amplitude, decay in MODES)
        samples.append((ringing + BRUSH * noise * exp(-t / BRUSH_SECONDS)) * min(1.0, (SECONDS - t) / FADE))
    loudest = max(abs(sample) for sample in samples)
    return array("h", (round(sample / loudest * PEAK * 32767) for sample in samples))


if __name__ == "__main__":
    sounds = Path(__file__).parent / "sounds"
    sounds.mkdir(exist_ok=True)
    with wave.open(str(sounds / "tick.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tick().tobytes())

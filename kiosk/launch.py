"""The command hearth-kiosk: says what to install where the kiosk's half of the package is missing."""

from sync import extras


def main() -> int:
    """Run the command; the exit code."""

    def run() -> int:
        from kiosk.__main__ import main as kiosk

        return kiosk()

    return extras.run("hearth-kiosk", "kiosk", run)

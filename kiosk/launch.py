"""The command hearth-kiosk; names the extra to install where the kiosk's dependencies are missing."""

from sync import extras


def main() -> int:
    """Run the command; returns the exit code."""

    def run() -> int:
        from kiosk.__main__ import main as kiosk_main

        return kiosk_main()

    return extras.run("hearth-kiosk", "kiosk", run)

"""The command hearth-server: says what to install where the server's half of the package is missing."""

from sync import extras


def main() -> int:
    """Run the command; the exit code."""

    def run() -> int:
        from sync.server.__main__ import main as server

        return server()

    return extras.run("hearth-server", "server", run)

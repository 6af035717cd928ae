"""The entry point of the command hearth-server; reports what to install if the server's extra is missing."""

from sync import extras


def main() -> int:
    """Run the command; returns its exit code."""

    def run() -> int:
        from sync.server.__main__ import main as server

        return server()

    return extras.run("hearth-server", "server", run)

"""Powers the machine off with a command of kiosk.toml."""

import logging
import shlex
import subprocess

TIMEOUT = 30.0  # seconds
log = logging.getLogger(__name__)


def power_off(command: str) -> bool:
    """Run the command. False: it failed, and the machine stays on."""
    try:
        subprocess.run(shlex.split(command), check=True, timeout=TIMEOUT, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("the machine can't be powered off: %s", error)
        return False
    return True

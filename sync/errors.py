"""The exception for mistakes that a person can correct."""


class UserError(Exception):
    """A mistake that the user of a command can correct; the text says how. Commands end with exit code 2."""

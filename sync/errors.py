"""The exception for mistakes that a person can correct."""


class UserError(Exception):
    """Something the caller of a command can correct; the text says what to do. Commands end with exit code 2."""

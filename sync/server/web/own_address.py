"""The server's address, as browsers and kiosks reach it."""

from fastapi import Request

from sync.server.dependencies import Services


def own_address(request: Request, services: Services) -> str:
    """The configured public address, or else the one that this browser uses; without a trailing slash."""
    return (services.settings.public_url or str(request.base_url)).rstrip("/")

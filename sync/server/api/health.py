"""Liveness and readiness probes for monitoring."""

from fastapi import APIRouter, Response
from sqlalchemy import select

from sync.server import tables
from sync.server.dependencies import ServicesDep

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> Response:
    """Liveness. Uses no thread, so that it is answered under any load."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz")
def readyz(services: ServicesDep) -> Response:
    """Readiness: the database answers; StorageError becomes 503."""
    with services.store.reading() as connection:
        connection.execute(select(tables.organisation.c.id)).one()
    return Response("ready\n", media_type="text/plain")

"""Whether the process lives, and whether it can do its work: for whoever watches over it."""

from fastapi import APIRouter, Response
from sqlalchemy import select

from sync.server import tables
from sync.server.dependencies import ServicesDep

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> Response:
    """Needs no thread, so that it is answered however busy the server is."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz")
def readyz(services: ServicesDep) -> Response:
    """Ready when the database answers; StorageTrouble becomes 503."""
    with services.store.reading() as connection:
        connection.execute(select(tables.organisation.c.id)).one()
    return Response("ready\n", media_type="text/plain")

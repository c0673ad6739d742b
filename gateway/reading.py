"""How a document is had, whatever way its request came: trusted, known, or read for the first time."""

from gateway.limits import READING, Meter
from gateway.requests import Asked
from gateway.trusted import Trusted
from schema.execution import Document, Engine
from tenancy.identity import Identity


class Reading:
    """The one way from a request to its document."""

    def __init__(self, engine: Engine, meter: Meter, trusted: Trusted) -> None:
        self.engine, self.meter, self._trusted = engine, meter, trusted

    async def document(self, identity: Identity, asked: Asked) -> Document:
        """The document, read if need be: that is paid by its length, whether it can run or not."""
        text = self._trusted.text(identity.client, asked)
        if not self.engine.knows(text, asked.operation_name):
            await self.meter.admit(identity, len(text) // READING)
        return self.engine.document(text, asked.operation_name)

"""The demo world: organisations that show everything the product knows, told relative to today.

`ids.of("contoso/W1")` is the id of Contoso's default workspace; every name of the stories works the same way.
"""

from gateway.demo import ids
from gateway.demo.world.telling import load, records

__all__ = ["ids", "load", "records"]

"""What questions cost."""

import strawberry

from schema.price import Price
from schema.price import price as asked


@strawberry.type
class PriceQueries:
    price: Price | None = asked

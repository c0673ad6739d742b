"""What a document would cost, without running it."""

from typing import Annotated

import orjson
import strawberry

from resolvers.batch import Level
from resolvers.context import Quote
from resolvers.fields import question
from tenancy.errors import BadInput

READING = 32
"""Points of the question itself: a document of 32 KB is the most that has to be read for it."""

Document = Annotated[str, strawberry.argument(description="The text of the document.")]
Variables = Annotated[str | None, strawberry.argument(description="Its variables, a JSON object as text.")]
OperationName = Annotated[str | None, strawberry.argument(description="Which of its operations, if there are several.")]


@strawberry.type(description="What an operation costs, in points: rows and nodes that it may touch.")
class Price:
    takes_rows = True

    cost: int = strawberry.field(description="Points of the operation; running it costs this or less.")
    limit: int = strawberry.field(description="Points that one operation may cost; a dearer one is refused.")


def _price(info: Level, document: Document, variables: Variables = None, operation_name: OperationName = None) -> Quote:
    try:
        given = orjson.loads(variables) if variables else {}
    except orjson.JSONDecodeError:
        raise BadInput(field="variables") from None
    if not isinstance(given, dict):
        raise BadInput(field="variables")
    quote: Quote = info.context.house.quote(document, given, operation_name)
    return quote


price = question(
    _price,
    description="What a document would cost. Nothing of it runs; one that could not run is refused with its own error.",
    applications=True,
    cost=READING,
)

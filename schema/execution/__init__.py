"""Breadth-first execution: each field of a document is resolved once for all its parents.

Read this if you know graphql-core, which works depth-first: it takes one object, resolves its first field, completes
the value, goes down, comes back, and repeats that for every object. A page of 100 rows with 13 values costs 1,300 turns
of that wheel: an `info`, a resolver call, a check for awaitables, a serialiser. Here the wheel turns 13 times:

    graphql-core                                   here
    for row in rows:                               for field in level:
        for field in selection:                        values = field of all rows
            value = resolve(row, info, **args)             column:  map(attrgetter, rows)
            data[key] = complete(value)                    batched: await resolve_all(rows, level, **args)
                                                           plain:   [resolve(row, info, **args) for row in rows]
                                                   dict(zip(keys, ...)) per row

The road of a document, and the files along it:

1. `limits` bounds what may be asked before anything dear happens; `price` is a formula in the page sizes.
2. `compiler` makes a `plan`: per selection set and concrete type a `Place` with its `Field`s. Fields and fragments
   are folded by graphql-core's own rules, constant arguments are coerced, and each place knows which columns its rows
   need (`resolvers.selection`). `@skip` and `@include` with variables select one of the `variants`.
3. `level` runs a place for all parents: `sources` gives raw values, `shapes` and `abstract` complete them. A list is
   flattened into one level and cut back by lengths; a nullable object takes no part where it is null; values of an
   interface are grouped by their type. What a level holds is told by the set of its classes (`kinds`), so the common
   case, rows of one class and columns of the expected class, is decided by one look.
4. A failure is an Exception in its slot. Nobody looks at it until the end: `failures` then walks the response once,
   only along the fields below which something failed, and nulls, bubbles and builds paths as graphql-core would.
5. `document` and `engine` remember all of this by text; `hook` offers the same inside `strawberry.Schema.execute`.

What differs from graphql-core, on purpose: siblings of a failed field still run; batched fields of one level run one
after the other (one operation has one connection), plain ones wait together; `info` is made once per field and level,
so that its path has no list indices. Introspection, and whatever the compiler does not know, is executed by
graphql-core as a whole and counted in `Engine.fallbacks`.
"""

from schema.execution.document import Document
from schema.execution.engine import Engine, marked
from schema.execution.hook import BreadthFirstExecution
from schema.execution.limits import Limits
from schema.execution.outcome import Outcome, Refused

__all__ = ["BreadthFirstExecution", "Document", "Engine", "Limits", "Outcome", "Refused", "marked"]

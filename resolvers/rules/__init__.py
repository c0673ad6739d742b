"""The business rules as arithmetic: numbers, words, dates and frozen values in; the same out.

Nothing here knows a database, a clock, or who asks: `today` and `now` are arguments. A rule that can say no
returns its decision or a `Refused` (see `refused`); the commands above raise it.
"""

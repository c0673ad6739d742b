"""A pytest plugin for graphql-core's own tests: our executor and our walk of validation take the place of its own.

Loaded in a process of its own (`-p reference_plugin`); it writes the outcome of every test to the file named by
REFERENCE_OUTCOMES, and the reasons for which graphql-core itself had to execute.
"""

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

from graphql import Node, TypeInfoVisitor, visit
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.execution.incremental.incremental_executor import IncrementalExecutor

from schema.execution.hook import BreadthFirst, fallbacks
from schema.execution.validation import Context
from schema.execution.walk import Walk

OUTCOMES: dict[str, str] = {}


class OursIncremental(BreadthFirst, IncrementalExecutor):
    """For queries and mutations."""


class OursThrowing(BreadthFirst, ExecutorThrowingOnIncremental):
    """For subscriptions."""


def pytest_configure() -> None:
    if os.environ.get("REFERENCE_EXECUTOR") != "graphql-core":
        module: Any = import_module("graphql.execution.execute")  # the package's `execute` is the function
        module.IncrementalExecutor = OursIncremental
        module.ExecutorThrowingOnIncremental = OursThrowing
        module = import_module("graphql.validation.validate")
        module.ValidationContext = Context
        module.visit = walk_through


def walk_through(document: Node, visitor: Any, *keys: Any) -> None:
    """In the place of graphql-core's `visit` for documents that are executed; schemas are none of our business."""
    if isinstance(visitor, TypeInfoVisitor):
        rules: Any = visitor.visitor
        Walk(visitor.type_info, rules.visitors).through(document)
    else:
        visit(document, visitor, *keys)


def pytest_runtest_logreport(report: Any) -> None:
    if report.when == "call" or report.outcome != "passed":
        OUTCOMES[report.nodeid] = report.outcome


def pytest_sessionfinish() -> None:
    result = {"outcomes": OUTCOMES, "fallbacks": dict(fallbacks)}
    Path(os.environ["REFERENCE_OUTCOMES"]).write_text(json.dumps(result))

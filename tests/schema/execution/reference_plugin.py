"""A pytest plugin for graphql-core's own tests: our executor takes the place of the default ones.

Loaded in a process of its own (`-p reference_plugin`); it writes the outcome of every test to the file named by
REFERENCE_OUTCOMES, and the reasons for which graphql-core itself had to execute.
"""

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.execution.incremental.incremental_executor import IncrementalExecutor

from schema.execution.hook import BreadthFirst, fallbacks

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


def pytest_runtest_logreport(report: Any) -> None:
    if report.when == "call" or report.outcome != "passed":
        OUTCOMES[report.nodeid] = report.outcome


def pytest_sessionfinish() -> None:
    result = {"outcomes": OUTCOMES, "fallbacks": dict(fallbacks)}
    Path(os.environ["REFERENCE_OUTCOMES"]).write_text(json.dumps(result))

"""What the parts of a process say of themselves: for /metrics as numbers, for /status as facts."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.clearing import Clearing
from gateway.clockwork import Clockwork
from gateway.health import Health
from gateway.identity import Verifier
from gateway.lateness import Lateness
from gateway.listening import Listening
from gateway.logbook import Logbook
from gateway.places import Crowd
from gateway.reminding import Reminding
from gateway.settings import Settings
from gateway.status import Facts
from gateway.telemetry import Telemetry
from gateway.webhooks.runner import Webhooks
from schema.execution import Engine
from tenancy.database import Database
from tenancy.rates import Rates


@dataclass(frozen=True)
class Parts:
    """The parts of a process that have something to say."""

    settings: Settings
    health: Health
    database: Database
    rates: Rates
    engine: Engine
    verifier: Verifier
    clockwork: Clockwork
    clearing: Clearing
    reminding: Reminding
    logbook: Logbook
    listening: Listening
    crowd: Crowd
    webhooks: Webhooks
    lateness: Lateness


_NUMBERS: Final[Mapping[str, tuple[str, Callable[[Parts], float]]]] = {
    "gateway_worker": ("Which of the workers this process is.", lambda it: it.health.number),
    "gateway_connections": ("Connections of gw_app that there may be.", lambda it: it.settings.pool_size),
    "gateway_replica_usable": ("Whether queries are read from the copy.", lambda it: _copy(it)[0]),
    "gateway_replica_lost": ("How often the copy failed somebody who read from it.", lambda it: _copy(it)[1]),
    "gateway_rate_shares": ("Buckets of rates that this process holds a share of.", lambda it: len(it.rates)),
    "gateway_rate_leases": ("How often the buckets of rates were asked.", lambda it: it.rates.leases),
    "gateway_clocks_changed": ("SLA clocks that this process wrote down.", lambda it: it.clockwork.changed),
    "gateway_rows_cleared": ("Old events and keys that this process removed.", lambda it: it.clearing.cleared),
    "gateway_reminders_sent": ("Reminders that this process mailed.", lambda it: it.reminding.sent),
    "gateway_ends_told": ("Sides of delegations that this process told of their end.", lambda it: it.reminding.told),
    "gateway_reminders_failed": ("Attempts at a reminder that failed in this process.", lambda it: it.reminding.failed),
    "gateway_log_lines_lost": ("Lines of the log that nobody read in time.", lambda it: it.logbook.dropped),
    "gateway_key_age_seconds": ("Age of the oldest set of keys.", lambda it: it.verifier.health.age or 0.0),
    "gateway_in_flight": ("Operations that run.", lambda it: len(it.crowd.process)),
    "gateway_waiting": ("Operations that wait for their turn.", lambda it: it.crowd.process.waiting),
    "gateway_loop_late_lately_seconds": (
        "How long the event loop stood still at most in the last one or two minutes.",
        lambda it: it.lateness.lately,
    ),
    "gateway_export_workers": ("Exports that this process may write at once.", lambda it: it.settings.export_workers),
    "gateway_webhook_workers": ("Messages that this process may send at once.", lambda it: it.settings.webhook_workers),
    "gateway_webhook_sending": ("Messages that this process is sending.", lambda it: it.webhooks.under_way),
    "gateway_webhook_waiting": (
        "Messages of all webhooks that send, yet to be sent.",
        lambda it: it.webhooks.standing.waiting,
    ),
    "gateway_webhook_late_seconds": ("For how long the first of these is overdue.", lambda it: it.webhooks.late),
    "gateway_webhooks_active": ("Webhooks that send.", lambda it: it.webhooks.standing.active),
    "gateway_webhooks_stopped": ("Webhooks that the house has stopped.", lambda it: it.webhooks.standing.stopped),
}


def _copy(parts: Parts) -> tuple[bool, int]:
    replica = parts.database.replica
    return (False, 0) if replica is None else (replica.usable, replica.lost_times)


def measure(parts: Parts, telemetry: Telemetry) -> None:
    """Let the metrics tell the state of everything that runs."""
    for name, (meaning, value) in _NUMBERS.items():
        telemetry.gauge(name, meaning, _asking(parts, value))


def _asking(parts: Parts, value: Callable[[Parts], float]) -> Callable[[], float]:
    return lambda: float(value(parts))


def told_by(parts: Parts) -> Mapping[str, Callable[[], Facts]]:
    """What /status asks, by title."""
    return {
        "Worker": lambda: {
            "number": f"{parts.health.number} of {parts.settings.workers}",
            "process": os.getpid(),
            "told to stop": "yes" if parts.health.leaving else "no",
            "event loop stood still lately, ms": round(parts.lateness.lately * 1000, 1),
        },
        "Database": lambda: {
            "connections in use": parts.database.lent,
            "connections at most": parts.settings.pool_size,
            "queries are read from": "the copy" if _copy(parts)[0] else "the primary",
            "settings are durable": "yes" if parts.health.durable else "NO",
        },
        "Rates": lambda: {
            "points per second of a principal": f"{parts.settings.rate_principal:g}",
            "of an application": f"{parts.settings.rate_application:g}",
            "of a tenant": f"{parts.settings.rate_tenant:g}",
            "shares held": len(parts.rates),
            "times the buckets were asked": parts.rates.leases,
        },
        "Listening": lambda: {
            "open sockets": len(parts.listening.sockets),
            "operations that run": len(parts.crowd.process),
        },
        "Work behind requests": lambda: {
            "SLA clocks": "followed" if parts.settings.clocks else "left to others",
            "clocks written down": parts.clockwork.changed,
            "old events and keys removed": parts.clearing.cleared,
            "reminders mailed": parts.reminding.sent,
            "export workers": parts.settings.export_workers,
        },
        "Webhooks": lambda: {
            "messages sent at once": parts.settings.webhook_workers,
            "messages under way here": parts.webhooks.under_way,
            "webhooks that send": parts.webhooks.standing.active,
            "webhooks that were stopped": parts.webhooks.standing.stopped,
            "messages yet to be sent": parts.webhooks.standing.waiting,
            "overdue for seconds": int(parts.webhooks.late),
        },
        "Identity": lambda: {
            "keys are": "overdue" if parts.verifier.health.degraded else "fresh",
            "age in seconds": int(parts.verifier.health.age or 0),
        },
        "Execution": lambda: {
            "engine": parts.settings.engine,
            "left to graphql-core": parts.engine.fallbacks.total(),
        },
    }

"""Kinds of failure, how a command's end tells them apart, and what Airflow does after each."""

from __future__ import annotations

import re
from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule


class CommandError(RuntimeError):
    """A command of the project failed for a reason that has no kind of its own.

    kind:    name of the kind in alerts
    advice:  what a person should do
    is_told: whether people were alerted already, by the command itself
    """

    kind = "unknown"
    advice = "read the task's log"
    is_told = False


class DataTestError(CommandError):
    """Data tests failed: the data is wrong, and stays wrong however often it is tested. Nothing was published."""

    kind = "data tests failed"
    advice = "MART shows the last release; mend the data or the models, then run again"


class ModelError(CommandError):
    """A model's SQL was refused."""

    kind = "a model failed"
    advice = "MART shows the last release; mend the model, then run again"


class BusyError(CommandError):
    """Another process writes the DuckDB file, OPS or a release."""

    kind = "another writer"
    advice = "wait: the task runs again by itself; if it stays so, end the process that the log names"


class NetworkError(CommandError):
    """A service could not be reached, or answered that it is not able now."""

    kind = "network"
    advice = "wait: the task runs again by itself, later each time"


class KilledError(CommandError):
    """The command was ended by a signal, as the system does when memory is short."""

    kind = "killed"
    advice = "nothing is lost: the next run undoes what this one left; if it repeats, give the machine more memory"


class ConfigurationError(CommandError):
    """A setting, a path, a connection or the project's own files are wrong: no try will end better."""

    kind = "configuration"
    advice = "correct what the message names, then run again"


class MissingDataError(CommandError):
    """The Sentinel found that something is missing from a table; it has sent its alerts itself."""

    kind = "missing data"
    advice = "scripts/recover_batch.py --plan shows how it comes back"
    is_told = True


class WorkflowError(CommandError):
    """A GitHub workflow ended without success."""

    kind = "workflow failed"
    advice = "open the run that the message names"


BUSY = re.compile(
    r"Could not set lock on file|Conflicting lock is held|database is locked|another process is publishing"
    r"|became active while this run was measured"
)
NETWORK = re.compile(
    r"Connection (refused|reset|aborted)|timed out|Temporary failure in name resolution|Name or service not known"
    r"|Max retries exceeded|Could not connect to|Could not establish connection|Could not resolve hostname"
    r"|cannot be reached|SlowDown|Slow Down|Service Unavailable|Bad Gateway|Timeout was reached"
    r"|HTTP (GET|HEAD|PUT|POST) error|HTTP (Error )?5\d\d"
)
CONFIGURATION = re.compile(
    r"Compilation Error|Parsing Error|Could not find profile|Env var required but not provided|No module named"
    r"|dbt_project\.yml|profiles\.yml|Invalid value for|No such option|No such command|what to do:"
)
DATA_TESTS = re.compile(r"Failure in (unit[ _])?test |failures? in the candidate")
MODELS = re.compile(r"(Database|Runtime) Error in (model|seed|test) ")
# In this order: a lock or a lost connection breaks nodes too, and passes.
KINDS: tuple[tuple[re.Pattern[str], type[CommandError]], ...] = (
    (BUSY, BusyError),
    (NETWORK, NetworkError),
    (DATA_TESTS, DataTestError),
    (MODELS, ModelError),
    (CONFIGURATION, ConfigurationError),
)
ENDS_BY_SIGNAL = 128
QUOTED_LINES = 5


def failure_of(command: str, exit_code: int, text: str) -> CommandError:
    """Return the error that stands for a command that ended badly; its message quotes the lines that say why.

    command:   how the command is called in the message
    exit_code: of the process, negative where a signal ended it
    text:      what the command printed
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if exit_code < 0 or exit_code > ENDS_BY_SIGNAL:
        last = lines[-1] if lines else "nothing"
        return KilledError(f"{command} was ended by signal {abs(exit_code) % ENDS_BY_SIGNAL}; it printed last: {last}")
    for pattern, kind in KINDS:
        if telling := [line for line in lines if pattern.search(line)]:
            return kind(f"{command} ended with {exit_code}: " + " | ".join(telling[:QUOTED_LINES]))
    return CommandError(f"{command} ended with {exit_code}: " + " | ".join(lines[-QUOTED_LINES:]))


# Kinds that are not named here (network, unknown) follow the task: 30 seconds, twice as long each time.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[DataTestError, ModelError, ConfigurationError, MissingDataError, WorkflowError],
            action=RetryAction.FAIL,
            reason="another try would end alike",
        ),
        RetryRule(exception=BusyError, retry_delay=timedelta(minutes=5), reason="another process is writing"),
        RetryRule(exception=KilledError, retry_delay=timedelta(minutes=1), reason="the process was killed"),
    ]
)
RETRIES = 4
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)

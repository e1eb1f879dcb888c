"""What the last dbt command did, from the run_results.json that it leaves in its target folder."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

SLOWEST_MODELS = 5


@dataclass(frozen=True)
class RunSummary:
    """Outcome of one dbt command.

    command:     for example "build"
    seconds:     wall clock of the whole command
    models:      models and seeds by status: success, error, skipped, ...
    tests:       data tests and unit tests by status: pass, warn, fail, error, skipped
    slowest:     (model, seconds) of the slowest models, slowest first
    broken:      (node, message) of each node that failed, in the order dbt ran them
    run_id:      dbt's invocation id, None where the file does not tell
    """

    command: str
    seconds: float
    models: Counter[str]
    tests: Counter[str]
    slowest: tuple[tuple[str, float], ...]
    broken: tuple[tuple[str, str], ...]
    run_id: str | None = None


def read_run_results(file: Path) -> RunSummary:
    """Summarise a run_results.json.

    Raises FileNotFoundError when dbt has not run, and ValueError when the file is no run_results.json.
    """
    content = json.loads(file.read_text(encoding="utf-8"))
    if "results" not in content:
        raise ValueError(f"{file} is no run_results.json: it has no 'results'; run dbt again")
    models: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    seconds_by_model: dict[str, float] = {}
    broken: list[tuple[str, str]] = []
    for result in content["results"]:
        kind, _, name = result["unique_id"].split(".", 2)
        if kind in ("test", "unit_test"):
            tests[result["status"]] += 1
        elif kind in ("model", "seed", "snapshot"):
            models[result["status"]] += 1
            seconds_by_model[name] = result["execution_time"]
        if result["status"] in ("error", "fail", "runtime error"):
            broken.append((_short(kind, name), _cause(result["message"])))
    slowest = sorted(seconds_by_model.items(), key=lambda item: item[1], reverse=True)
    return RunSummary(
        command=content["args"]["which"],
        seconds=content["elapsed_time"],
        models=models,
        tests=tests,
        slowest=tuple(slowest[:SLOWEST_MODELS]),
        broken=tuple(broken),
        run_id=content.get("metadata", {}).get("invocation_id"),
    )


def _short(kind: str, name: str) -> str:
    """Name of a node without the hash that dbt appends to the ids of generic tests."""
    return name.rsplit(".", 1)[0] if kind == "test" else name


def _cause(message: str | None) -> str:
    """First line that says what went wrong; dbt's own first line may only name the node again."""
    lines = [line.strip() for line in (message or "").splitlines() if line.strip()]
    if len(lines) > 1 and " Error in " in lines[0]:
        del lines[0]
    return lines[0] if lines else ""

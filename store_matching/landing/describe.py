"""A load in words, for the person who started it."""

from __future__ import annotations

from store_matching.landing.load_result import LoadResult, ReasonCount

SHOWN_REASONS = 8
SHOWN_BATCHES = 3


def describe_load(result: LoadResult) -> str:
    """Return a few lines: rows read, accepted and rejected, values ignored, and why."""
    title = f"{result.source_system}  {result.file}"
    if result.already_loaded:
        return f"{title}\n    batch {result.batch.batch_id} is loaded already: nothing changed"
    lines = [
        title,
        f"    {result.rows_read:,} rows read, {result.rows_accepted:,} accepted, "
        f"{result.rows_rejected:,} rejected ({result.seconds:.1f} s); batch {result.batch.batch_id}",
        *_lake_lines(result),
        *_reasons("rejected", result.rejections),
    ]
    if result.ignored:
        lines.append(
            f"    values of accepted rows: {result.values_repaired:,} repaired, "
            f"{result.values_set_to_missing:,} set to missing"
        )
        lines.extend(_reasons("value", result.ignored))
    if result.absent_columns:
        lines.append(f"    columns not in the file: {', '.join(result.absent_columns)}")
    lines.extend(f"    warning: {warning}" for warning in result.warnings)
    return "\n".join(lines)


def describe_batch(result: LoadResult) -> str:
    """Return one line about a batch that has been loaded now."""
    return (
        f"{result.source_system}  {result.batch.window_start:%Y-%m-%dT%H:%M}  {result.rows_read:>9,} rows read, "
        f"{result.rows_accepted:,} accepted, {result.rows_rejected:,} rejected ({result.seconds:.1f} s)"
    )


def describe_batches(results: list[LoadResult]) -> str:
    """Return one line about many batches: how many are new, and that nothing changed where none is."""
    loaded = [result for result in results if not result.already_loaded]
    if not loaded:
        return f"all {len(results)} batches are loaded already: nothing changed"
    before = f"; {len(results) - len(loaded)} were loaded already" if len(loaded) < len(results) else ""
    read, accepted, rejected = (
        sum(getattr(result, name) for result in loaded) for name in ("rows_read", "rows_accepted", "rows_rejected")
    )
    return f"{len(loaded)} batches: {read:,} rows read, {accepted:,} accepted, {rejected:,} rejected{before}"


def _lake_lines(result: LoadResult) -> list[str]:
    lines = []
    if result.full is not None:
        counts = result.full
        lines.append(
            f"    full extract: {counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged, "
            f"{counts.deleted:,} deleted because they are not in it"
        )
    if result.other_batches:
        shown = ", ".join(result.other_batches[:SHOWN_BATCHES])
        more = ", …" if len(result.other_batches) > SHOWN_BATCHES else ""
        lines.append(f"    a new batch of a window that already has {len(result.other_batches)}: {shown}{more}")
    if result.attempt > 1:
        lines.append(f"    committed at try {result.attempt}: other loaders came first")
    return lines


def _reasons(what: str, counts: tuple[ReasonCount, ...]) -> list[str]:
    lines = []
    for count in counts[:SHOWN_REASONS]:
        column = "" if count.column is None else f"{count.column}: "
        lines.append(f"      {what} {count.rows:>9,} x  {column}{count.reason}")
    if len(counts) > SHOWN_REASONS:
        lines.append(f"      {what}: {len(counts) - SHOWN_REASONS} more reasons")
    return lines

"""The summary that `make build` prints: what came in, what came out, how good it is, where to look next."""

from store_matching.evaluation.counts import PairCounts
from store_matching.operations.build_counts import BuildCounts
from store_matching.operations.release_state import ReleaseState
from store_matching.operations.run_results import RunSummary

WHERE_TO_LOOK = """Where to look next
  mart.stores                         one row per real-world store, of the active release alone
  mart.store_crosswalk                from each source store to its golden store
  mart.match_coverage                 how many stores match, by country
  diagnostics.unmatched_stores        why a store found no partner
  diagnostics.match_failure_patterns  the same by cause and country
  raw.rejected_rows                   rows that were not loaded, and why
  .venv/bin/dbt show --limit 20 --inline "select * from mart.stores"
  .venv/bin/dbt run-operation list_releases       releases; rollback_release goes back to one
  make match GI=one.csv TH=two.csv OUT=folder     match two files of your own
  make docs                                       every table and column explained"""

WHAT_TO_MEND = """The build is not complete
  Mend what is marked BROKEN above; the SQL that ran stands below target/compiled.
  .venv/bin/dbt build --select <model>+     build one model and what follows it
  .venv/bin/dbt retry                       build what failed and was skipped"""


def render_summary(
    counts: BuildCounts, run: RunSummary | None, quality: PairCounts | None, release: ReleaseState | None = None
) -> str:
    """Return the summary as text for a terminal.

    run:     the dbt build, None when it left no results
    quality: comparison with the truth of generated stores, None for other stores
    release: state of the lake, None where there is none
    """
    parts = [_stores(counts), _outcome(counts)]
    if quality is not None:
        parts.append(_quality(quality))
    if counts.causes:
        parts.append(_causes(counts.causes))
    if run is not None:
        parts.append(_run(run))
    if release is not None:
        parts.append(_release(release))
    parts.append(WHAT_TO_MEND if run is not None and run.broken else WHERE_TO_LOOK)
    return "\n\n".join(parts)


def _stores(counts: BuildCounts) -> str:
    lines = [f"{'Stores in':<12}{'loaded':>10}{'rejected':>10}{'duplicates':>12}{'matched':>10}"]
    lines += [
        f"  {source.source_system:<10}{_count(source.stores):>10}{_count(source.rejected):>10}"
        f"{_count(source.duplicates):>12}{_share(source.matched_share):>10}"
        for source in counts.sources
    ]
    return "\n".join(lines)


def _outcome(counts: BuildCounts) -> str:
    if counts.golden is None:
        return "Golden stores: not built"
    in_words = {"MATCHED": "in both sources", "GI_ONLY": "in GI only", "TH_ONLY": "in TH only"}
    lines = [f"Golden stores {sum(counts.golden.values()):,}"]
    lines += [f"  {words:<18}{counts.golden.get(status, 0):>10,}" for status, words in in_words.items()]
    return "\n".join(lines)


def _quality(quality: PairCounts) -> str:
    found = quality.true_positives + quality.false_positives
    known = quality.true_positives + quality.false_negatives
    shares = (("precision", quality.precision), ("recall", quality.recall), ("F1", quality.f1))
    return "\n".join(
        (
            "Against the truth of the generated stores (a store and its duplicates count as one)",
            "  " + "   ".join(f"{name} {_share(share, missing='none')}" for name, share in shares),
            f"  {quality.true_positives:,} of {found:,} matches are right; "
            f"{quality.false_negatives:,} of {known:,} true pairs were missed",
        )
    )


def _causes(causes: list[tuple[str, int]]) -> str:
    width = max(len(cause) for cause, _ in causes)
    return "\n".join(["Why stores are unmatched", *(f"  {cause:<{width}}{stores:>10,}" for cause, stores in causes)])


def _run(run: RunSummary) -> str:
    failed = run.tests["fail"] + run.tests["error"]
    lines = [
        f"dbt {run.command}: {run.models['success']} models and seeds in {run.seconds:.0f} s",
        f"  tests: {run.tests['pass']} passed, {run.tests['warn']} warned, {failed} failed, "
        f"{run.tests['skipped']} skipped",
    ]
    lines += [f"  BROKEN {name}: {message}" for name, message in run.broken]
    lines += ["  slowest models"]
    lines += [f"    {name:<40}{seconds:>8.1f} s" for name, seconds in run.slowest]
    return "\n".join(lines)


def _release(release: ReleaseState) -> str:
    lines = [f"Lake {release.root}"]
    if release.release_id is None:
        lines.append("  no release yet: a dbt build whose tests all pass publishes the first")
    else:
        new = "published by this build" if release.is_of_this_run else "this build published nothing new"
        lines.append(
            f"  release {release.release_id} is active since {release.published_at} UTC ({new}): "
            f"{_count(release.golden_stores)} golden stores"
        )
        lines.append('  from any process: store_matching.lake.open_release().arrow("mart.stores")')
    if release.held_reason is not None:
        lines.append(f"  publishing is held ({release.held_reason}): dbt run-operation lift_hold")
    return "\n".join(lines)


def _count(number: int | None) -> str:
    return "not built" if number is None else f"{number:,}"


def _share(share: float | None, missing: str = "not built") -> str:
    return missing if share is None else f"{share:.1%}"

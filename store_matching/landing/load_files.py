"""Load the files of one window: each is a batch of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store_matching.lake import Lake
from store_matching.landing.batch import content_digest, default_batch_id
from store_matching.landing.commit_batch import DEFAULT_RETRIES
from store_matching.landing.errors import ExtractError
from store_matching.landing.lake_load import load_batch
from store_matching.landing.load_result import LoadResult
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.open_extract import open_extract

if TYPE_CHECKING:
    from store_matching.operations.snowflake_session import SnowflakeSession


def load_files(
    place: Lake | SnowflakeSession,
    source_system: str,
    paths: Sequence[Path],
    window_start: datetime,
    *,
    mapping: HeaderMapping,
    encoding: str | None = None,
    batch_id: str | None = None,
    is_full: bool = False,
    retries: int = DEFAULT_RETRIES,
    notify: Callable[[str], None] = lambda _: None,
    load_one: Callable[..., LoadResult] = load_batch,
) -> Iterator[LoadResult]:
    """Load files of one source and window one by one, yielding what became of each.

    place:    what `load_one` loads into: the lake, or a session of Snowflake
    batch_id: of the one file; of several files each gets this id and a hash of its content
    load_one: `load_batch` or `load_batch_into_snowflake`
    The rest as in `load_batch`. Raises ExtractError before anything is loaded when a file's header is not
    understood or a full extract comes in several files; what was loaded before a later error stays loaded.
    """
    if is_full and len(paths) > 1:
        raise ExtractError(
            f"a full extract is one file, {len(paths)} were given",
            file=paths[1],
            action="join the files: what is not in the extract would be marked as deleted",
        )
    for path in paths:
        open_extract(path, mapping, encoding)
    if batch_id is None:
        ids = [
            default_batch_id(window_start, content_digest(path, mapping, encoding), is_full=is_full) for path in paths
        ]
    elif len(paths) == 1:
        ids = [batch_id]
    else:
        ids = [f"{batch_id}-{content_digest(path, mapping, encoding)}" for path in paths]
    for path, chosen_id in zip(paths, ids, strict=True):
        yield load_one(
            place,
            source_system,
            path,
            window_start,
            mapping=mapping,
            encoding=encoding,
            batch_id=chosen_id,
            is_full=is_full,
            retries=retries,
            siblings=ids,
            notify=notify,
        )

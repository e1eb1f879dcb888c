"""Requests and labels on Snowflake: stores are those that MART shows, OPS is its tables."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator, Sequence

from store_matching.errors import LakeError
from store_matching.healing.labels import check_label
from store_matching.healing.requests import check_known, condition_error, selectable
from store_matching.operations.snowflake_session import SnowflakeSession, StatementError

# Keys of one statement.
CHUNK = 1000


class SnowflakePlace:
    """What MART shows and OPS, in the database of a session; use it as a context manager.

    session: of STORE_TRANSFORMER for requests, of STORE_STEWARD for labels
    Raises LakeError where MART shows no release.
    """

    def __init__(self, session: SnowflakeSession) -> None:
        self.session = session
        try:
            self.release_id = int(session.value("select release_id from MART.active_release"))
        except (StatementError, TypeError) as error:
            session.close()
            if isinstance(error, StatementError) and not error.is_refused:
                raise
            raise LakeError(
                f"MART shows no release: {error}\n"
                "  what to do: run dbt build --target snowflake as STORE_PUBLISHER first; check that the role may read "
                "MART"
            ) from None

    def known_stores(self, store_keys: Iterable[str]) -> list[str]:
        """Return the keys, each once. Raises LakeError for keys that MART does not show, StatementError."""
        wanted = list(dict.fromkeys(store_keys))
        found = set()
        for keys in _chunks(wanted):
            rows = self.session.run(
                f"""select source_system || ':' || source_store_id as store_key from MART.store_crosswalk
                    where source_system || ':' || source_store_id in ({_marks(keys)})""",
                keys,
            )
            found |= {row["store_key"] for row in rows}
        check_known(wanted, found, self.release_id)
        return wanted

    def stores_where(self, condition: str) -> list[str]:
        """Return the keys of the stores for which a condition holds, in order.

        condition: SQL of Snowflake over the columns of `selectable`, such as "country = 'FR'"
        Raises LakeError for a condition that cannot be read, naming the columns that there are.
        """
        pinned = {
            row["table_name"]: row["metadata_location"]
            for row in self.session.run(
                "select table_name, metadata_location from OPS.release_tables where release_id = %s", [self.release_id]
            )
        }
        needed = ("gold.store_crosswalk", "gold.stores", "diagnostics.unmatched_stores")
        if missing := [name for name in needed if name not in pinned]:
            raise LakeError(
                f"release {self.release_id} has no {', '.join(missing)} in OPS.RELEASE_TABLES\n"
                "  what to do: publish with dbt build, or name the stores with --store"
            )
        stores = selectable(*(pinned[name] for name in needed))
        try:
            # Inside CASE it is one expression and nothing else; on a line of its own a comment in it ends there.
            rows = self.session.run(
                f"""select distinct store_key
                    from (select store_key, case when (\n{condition}\n) then 1 end as holds from ({stores}) as stores)
                    where holds = 1"""
            )
        except StatementError as error:
            # One row, whatever the release holds, so that there are names. What fails here too is not the condition.
            row = self.session.run(f"select * from (select 1 as one) as one left join ({stores}) as stores on false")[0]
            names = (name for name in row if name != "one")
            raise condition_error(condition, str(error).removeprefix("Snowflake, "), names) from None
        return sorted(row["store_key"] for row in rows)

    def request(self, store_keys: Iterable[str], reason: str, batch: str) -> list[str]:
        """Make a pending trigger for each store that has no request waiting; return those that got one.

        By MERGE, which locks the table: of two requests for a store the second finds the first waiting.
        Raises StatementError; where its answer was lost (is_refused is false) the triggers may have been made. Asking
        again is safe: a store that waits gets no second one.
        """
        made = []
        with self.session.transaction():
            for keys in _chunks(list(dict.fromkeys(store_keys))):
                by_id = {uuid.uuid4().hex: key for key in keys}
                self.session.run(
                    f"""merge into OPS.reprocess_triggers as triggers
                        using (
                            select column1 as trigger_id, column2 as store_key
                            from values {", ".join(["(%s, %s)"] * len(keys))}
                        ) as asked
                            on triggers.store_key = asked.store_key
                            and triggers.trigger_status = 'pending' and triggers.is_request
                        when not matched then insert (
                            trigger_id, store_key, priority, reason, trigger_status, attempts, created_at, created_by,
                            trigger_batch, is_request
                        ) values (
                            asked.trigger_id, asked.store_key, 100000, %s, 'pending', 0, sysdate(), current_user(),
                            %s, true
                        )""",
                    [*itertools.chain.from_iterable(by_id.items()), reason, batch],
                )
                rows = self.session.run(
                    f"select trigger_id from OPS.reprocess_triggers where trigger_id in ({_marks(keys)})", list(by_id)
                )
                there = {row["trigger_id"] for row in rows}
                made += [key for trigger_id, key in by_id.items() if trigger_id in there]
        return made

    def add_label(self, gi_store_key: str, th_store_key: str, decision: str, reason: str) -> str:
        """Add a decision of a pair and return its identifier, as `store_matching.healing.labels.add_label`.

        Raises LakeError for another decision, a key of the wrong source or no reason; StatementError.
        """
        check_label(gi_store_key, th_store_key, decision, reason)
        label_id = uuid.uuid4().hex
        # The newest decision holds, whatever clock wrote the one before: this one is a microsecond younger.
        self.session.run(
            """insert into OPS.match_labels (
                    label_id, gi_store_key, th_store_key, decision, decided_by, decided_at, reason
                )
                select %s, %s, %s, %s, current_user(),
                    greatest(sysdate(), coalesce(dateadd(microsecond, 1, max(decided_at)), sysdate())), %s
                from OPS.match_labels""",
            [label_id, gi_store_key, th_store_key, decision, reason.strip()],
        )
        return label_id

    def __enter__(self) -> SnowflakePlace:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]

"""Each custom generic test, with data that it must accept and data that it must refuse, and how many rows of it."""

from dataclasses import dataclass, field
from typing import Any

import yaml


@dataclass(frozen=True)
class Case:
    """One use of a generic test: `rows` are SQL values, `other` a second relation `<name>__other`."""

    name: str
    test: str
    columns: str
    rows: str
    failures: int
    arguments: dict[str, Any] = field(default_factory=dict)
    column: str | None = None
    other: str | None = None
    where: str | None = None
    other_columns: str | None = None

    def model(self, rows: str, columns: str | None = None) -> str:
        return f"select * from (values {rows}) as given ({columns or self.columns})\n"

    def definition(self) -> dict[str, Any]:
        """The model's entry in a yml file; OTHER in an argument stands for the second relation."""
        arguments = yaml.safe_load(yaml.safe_dump(self.arguments).replace("OTHER", f"ref('{self.name}__other')"))
        test: dict[str, Any] = {"name": f"test__{self.name}"}
        if arguments:
            test["arguments"] = arguments
        if self.where:
            test["config"] = {"where": self.where}
        data_tests = [{self.test: test}]
        if self.column:
            return {"name": self.name, "columns": [{"name": self.column, "data_tests": data_tests}]}
        return {"name": self.name, "data_tests": data_tests}


PAIR = {"left_column": "gi", "right_column": "th"}
LOOKUP = {"key_column": "points", "value_column": "score"}
BOTH = {"columns": ["gi", "th"]}
FOUND = {"findings": "OTHER", "table": "raw.gi"}
FILE = (
    "file_path, table_name, finding_class, severity, confirmed_at, batch_id, batch_window_start, row_count, "
    "live_key_count, cause, evidence, recommended_action"
)
NO_MORE = "null, null, null, null, null, null, null"
NOT_JUDGED = (
    f"('{{table}}', '{{table}}', 'unreadable', 'warning', now(), {NO_MORE}), "
    f"('/a.parquet', 'raw.gi', 'unreadable', 'warning', now(), {NO_MORE})"
)
WINDOW = "table_name, batch_window_start, cause, evidence, recommended_action"
SAME = {"to": "OTHER", "columns": ["gi", "th"]}

CASES = [
    Case("one_to_one_passes", "one_to_one", "gi, th", "('a', 'x'), ('b', 'y')", 0, PAIR),
    Case("one_to_one_ignores_missing", "one_to_one", "gi, th", "('a', null), ('a', 'x'), (null, 'x')", 0, PAIR),
    Case("one_to_one_ignores_repeated_pair", "one_to_one", "gi, th", "('a', 'x'), ('a', 'x')", 0, PAIR),
    Case("one_to_one_refuses_left_twice", "one_to_one", "gi, th", "('a', 'x'), ('a', 'y'), ('b', 'z')", 1, PAIR),
    Case(
        "one_to_one_refuses_right_twice",
        "one_to_one",
        "gi, th",
        "('a', 'x'), ('b', 'x'), ('c', 'x')",
        1,
        PAIR,
    ),
    Case("one_to_one_refuses_both_ways", "one_to_one", "gi, th", "('a', 'x'), ('a', 'y'), ('b', 'x')", 2, PAIR),
    Case(
        "one_to_one_takes_expressions",
        "one_to_one",
        "gi, th",
        "('a', 1), ('A', 2)",
        1,
        {"left_column": "lower(gi)", "right_column": "th"},
    ),
    Case(
        "range_passes",
        "accepted_range",
        "score",
        "(0), (100), (null)",
        0,
        {"min_value": 0, "max_value": 100},
        "score",
    ),
    Case("range_refuses_low", "accepted_range", "score", "(-1), (-2), (5)", 2, {"min_value": 0}, "score"),
    Case("range_refuses_high", "accepted_range", "score", "(101), (5)", 1, {"max_value": 100}, "score"),
    Case(
        "range_refuses_both_sides",
        "accepted_range",
        "score",
        "(-1), (101), (5)",
        2,
        {"min_value": 0, "max_value": 100},
        "score",
    ),
    Case(
        "range_refuses_bounds_when_exclusive",
        "accepted_range",
        "score",
        "(0), (100), (50)",
        2,
        {"min_value": 0, "max_value": 100, "inclusive": False},
        "score",
    ),
    Case(
        "range_takes_expressions",
        "accepted_range",
        "low, score",
        "(1, 1), (2, 1)",
        1,
        {"min_value": "low"},
        "score",
    ),
    Case(
        "range_honours_where",
        "accepted_range",
        "score",
        "(-1), (1)",
        0,
        {"min_value": 0},
        "score",
        where="score > 0",
    ),
    Case("unique_passes", "unique_combination", "gi, th", "('a', 'x'), ('a', 'y'), ('b', 'x')", 0, BOTH),
    Case("unique_refuses_repeat", "unique_combination", "gi, th", "('a', 'x'), ('a', 'x'), ('b', 'x')", 1, BOTH),
    Case(
        "unique_refuses_repeat_without_key",
        "unique_combination",
        "gi, th",
        "('a', null), ('a', null)",
        1,
        BOTH,
    ),
    Case(
        "reconcile_passes",
        "rows_reconcile",
        "gi",
        "(1), (2)",
        0,
        {"parts": [{"relation": "OTHER"}]},
        other="(3), (4)",
    ),
    Case(
        "reconcile_refuses_loss",
        "rows_reconcile",
        "gi",
        "(1)",
        1,
        {"parts": [{"relation": "OTHER"}]},
        other="(3), (4)",
    ),
    Case(
        "reconcile_refuses_gain",
        "rows_reconcile",
        "gi",
        "(1), (2)",
        1,
        {"parts": [{"relation": "OTHER"}]},
        other="(3)",
    ),
    Case(
        "reconcile_sums_parts",
        "rows_reconcile",
        "gi",
        "(1), (2), (3)",
        0,
        {"parts": [{"relation": "OTHER", "where": "gi > 3"}, {"relation": "OTHER", "where": "gi = 3"}]},
        other="(3), (4), (5), (2)",
    ),
    Case(
        "reconcile_subtracts",
        "rows_reconcile",
        "gi",
        "(1), (2)",
        0,
        {"parts": [{"relation": "OTHER"}, {"relation": "OTHER", "where": "gi > 3", "factor": -1}]},
        other="(1), (2), (4)",
    ),
    Case(
        "reconcile_multiplies",
        "rows_reconcile",
        "gi",
        "(1), (2)",
        1,
        {"parts": [{"relation": "OTHER", "factor": 2}]},
        other="(1), (2)",
    ),
    Case(
        "reconcile_honours_where",
        "rows_reconcile",
        "gi",
        "(1), (2)",
        0,
        {"parts": [{"relation": "OTHER"}]},
        other="(7)",
        where="gi = 1",
    ),
    Case(
        "lost_batches_passes_without_any_and_with_those_of_other_tables",
        "no_lost_batches",
        "id",
        "(1)",
        0,
        FOUND,
        other=f"""('a', 'raw.th', 'lost_batch', 'critical', now(), {NO_MORE}),
            ('b', 'raw.gi', 'duplicate', 'info', now(), {NO_MORE}),
            ('c', 'raw.gi', 'in_flight', 'info', null, {NO_MORE}),
            ('d', 'raw.gi', 'lost_batch', 'critical', null, {NO_MORE}),
            ('e', 'raw.gi', 'detached_snapshot', 'info', now(), {NO_MORE})""",
        other_columns=FILE,
    ),
    Case(
        "lost_batches_refuses_each_kind",
        "no_lost_batches",
        "id",
        "(1)",
        3,
        FOUND,
        other=f"""('a', 'raw.gi', 'lost_batch', 'critical', now(), {NO_MORE}),
            ('b', 'raw.gi', 'partly_duplicate', 'warning', now(), {NO_MORE}),
            ('c', 'raw.gi', 'detached_snapshot', 'critical', now(), {NO_MORE})""",
        other_columns=FILE,
    ),
    Case(
        "lost_batches_passes_with_unreadable_files_and_tables_not_judged_elsewhere",
        "no_lost_batches",
        "id",
        "(1)",
        0,
        FOUND,
        other=NOT_JUDGED.format(table="raw.th"),
        other_columns=FILE,
    ),
    Case(
        "lost_batches_refuses_a_table_that_was_not_judged",
        "no_lost_batches",
        "id",
        "(1)",
        1,
        FOUND,
        other=NOT_JUDGED.format(table="raw.gi"),
        other_columns=FILE,
    ),
    Case(
        "dangling_passes_with_unreadable_files_and_tables_not_judged_elsewhere",
        "no_dangling_references",
        "id",
        "(1)",
        0,
        FOUND,
        other=NOT_JUDGED.format(table="raw.th"),
        other_columns=FILE,
    ),
    Case(
        "dangling_refuses_a_table_that_was_not_judged",
        "no_dangling_references",
        "id",
        "(1)",
        1,
        FOUND,
        other=NOT_JUDGED.format(table="raw.gi"),
        other_columns=FILE,
    ),
    Case(
        "dangling_passes",
        "no_dangling_references",
        "id",
        "(1)",
        0,
        FOUND,
        other=f"""('a', 'raw.gi', 'lost_batch', 'critical', now(), {NO_MORE}),
            ('b', 'raw.th', 'dangling_reference', 'critical', now(), {NO_MORE}),
            ('c', 'raw.gi', 'dangling_reference', 'info', now(), {NO_MORE})""",
        other_columns=FILE,
    ),
    Case(
        "dangling_refuses",
        "no_dangling_references",
        "id",
        "(1)",
        1,
        FOUND,
        other=f"('b', 'raw.gi', 'dangling_reference', 'critical', now(), {NO_MORE})",
        other_columns=FILE,
    ),
    Case(
        "gaps_passes",
        "no_batch_gaps",
        "id",
        "(1)",
        0,
        FOUND,
        other="('raw.th', now(), null, null, null)",
        other_columns=WINDOW,
    ),
    Case(
        "gaps_refuses",
        "no_batch_gaps",
        "id",
        "(1)",
        2,
        FOUND,
        other="('raw.gi', now(), null, null, null), ('raw.gi', now(), null, null, null)",
        other_columns=WINDOW,
    ),
    Case("empty_passes", "is_empty", "gi", "(1), (2)", 0, where="gi > 2"),
    Case("empty_refuses_and_counts_rows", "is_empty", "gi", "(1), (2), (3)", 3),
    Case("expression_passes", "expression_is_true", "gi, th", "(1, 1), (2, 2)", 0, {"expression": "gi = th"}),
    Case(
        "expression_refuses_false",
        "expression_is_true",
        "gi, th",
        "(1, 1), (2, 3)",
        1,
        {"expression": "gi = th"},
    ),
    Case(
        "expression_refuses_unknown",
        "expression_is_true",
        "gi, th",
        "(1, null), (2, 2)",
        1,
        {"expression": "gi = th"},
    ),
    Case(
        "expression_with_or",
        "expression_is_true",
        "gi, th",
        "(1, 0), (2, 5)",
        1,
        {"expression": "th = 0 or gi = 1"},
    ),
    Case("expression_on_column_passes", "expression_is_true", "gi", "(1), (2)", 0, {"expression": ">= 1"}, "gi"),
    Case(
        "expression_on_column_refuses",
        "expression_is_true",
        "gi",
        "(1), (0)",
        1,
        {"expression": ">= 1"},
        "gi",
    ),
    Case(
        "relationships_pass",
        "relationships_where",
        "gi",
        "('a'), ('b'), (null)",
        0,
        {"to": "OTHER", "field": "gi"},
        "gi",
        other="('a'), ('b'), ('c')",
    ),
    Case(
        "relationships_refuse_missing",
        "relationships_where",
        "gi",
        "('a'), ('z'), ('z'), ('y')",
        2,
        {"to": "OTHER", "field": "gi"},
        "gi",
        other="('a')",
    ),
    Case(
        "relationships_to_condition",
        "relationships_where",
        "gi",
        "('a'), ('b')",
        1,
        {"to": "OTHER", "field": "gi", "to_condition": "gi = 'a' or gi = 'c'"},
        "gi",
        other="('a'), ('b')",
    ),
    Case(
        "relationships_from_condition",
        "relationships_where",
        "gi",
        "('a'), ('z')",
        0,
        {"to": "OTHER", "field": "gi", "from_condition": "gi = 'a' or gi = 'b'"},
        "gi",
        other="('a')",
    ),
    Case("blank_passes", "not_blank", "gi", "('a'), (' a '), (null)", 0, column="gi"),
    Case("blank_refuses_empty", "not_blank", "gi", "(''), ('a')", 1, column="gi"),
    Case(
        "blank_refuses_white_space",
        "not_blank",
        "gi",
        "('  '), (chr(9)), (chr(160) || ' '), (chr(10))",
        4,
        column="gi",
    ),
    Case("lookup_passes", "monotone_lookup", "points, score", "(1, 10), (3, 30), (2, 10)", 0, LOOKUP),
    Case(
        "lookup_accepts_repeated_entry",
        "monotone_lookup",
        "points, score",
        "(1, 10), (1, 10), (2, 11)",
        0,
        LOOKUP,
    ),
    Case(
        "lookup_refuses_fall",
        "monotone_lookup",
        "points, score",
        "(3, 5), (1, 10), (2, 20), (4, 21)",
        1,
        LOOKUP,
    ),
    Case(
        "lookup_refuses_two_values",
        "monotone_lookup",
        "points, score",
        "(1, 10), (1, 11), (2, 12)",
        1,
        LOOKUP,
    ),
    Case(
        "lookup_refuses_missing_value",
        "monotone_lookup",
        "points, score",
        "(1, 10), (2, null), (3, 11)",
        1,
        LOOKUP,
    ),
    Case("lookup_refuses_missing_key", "monotone_lookup", "points, score", "(1, 10), (null, 9)", 1, LOOKUP),
    Case(
        "lookup_sees_a_fall_behind_a_missing_value",
        "monotone_lookup",
        "points, score",
        "(1, 10), (2, null), (3, 9)",
        2,
        LOOKUP,
    ),
    Case("same_passes", "same_rows", "gi, th", "('a', 1), ('b', null)", 0, SAME, other="('b', null), ('a', 1)"),
    Case("same_refuses_surplus", "same_rows", "gi, th", "('a', 1), ('b', 2)", 1, SAME, other="('a', 1)"),
    Case("same_refuses_lack", "same_rows", "gi, th", "('a', 1)", 1, SAME, other="('a', 1), ('b', 2)"),
    Case("same_refuses_change", "same_rows", "gi, th", "('a', 1)", 2, SAME, other="('a', 2)"),
    Case("same_refuses_other_number", "same_rows", "gi, th", "('a', 1), ('a', 1)", 2, SAME, other="('a', 1)"),
    Case(
        "same_ignores_other_columns",
        "same_rows",
        "gi, th",
        "('a', 1)",
        0,
        {"to": "OTHER", "columns": ["gi"]},
        other="('a', 2)",
    ),
]

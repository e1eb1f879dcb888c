"""Names of the dbt models that a match reads, in one place."""

SCORED_PAIRS = "staging.scored_pairs"
STORE_MATCHES = "staging.store_matches"
STORE_DUPLICATES = "staging.store_duplicates"
CAPPED_BLOCKING_KEYS = "diagnostics.capped_blocking_keys"

# Models to build, with everything they are made from.
SELECTED_MODELS = (
    "+stg_scored_pairs",
    "+stg_store_matches",
    "+stg_store_duplicates",
    "+capped_blocking_keys",
)

THRESHOLD_VARIABLE = "match_threshold"
ASSIGNMENT_VARIABLE = "assignment"
ASSIGNMENTS = ("1:1", "n:1")

# 'GI:' or 'TH:' before the id of the file.
STORE_KEY_PREFIX_LENGTH = 3

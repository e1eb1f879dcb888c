"""The peer's linkage model: what somebody who knows Splink 5 well would write for shops, without any label.

Three comparisons. Name: levels with token frequencies, as in Splink's business-rates example. Place: point,
postcode, street and house number say the same thing, so they are one comparison (EM counts it several times
otherwise). Phone.
"""

from __future__ import annotations

from collections.abc import Callable

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.splink_dataframe import SplinkDataFrame

# Share of true matches in each name level, where no phone lets EM learn it: spelled alike mostly, as in
# Splink's own defaults, with a tail for other spellings.
NAME_M_PRIORS = (0.70, 0.09, 0.05, 0.05, 0.05, 0.03, 0.03)
# Sampled pairs for the u probabilities. Ten million, which Splink's documentation calls adequate, moves F1 by
# less than 0.005 on real lists and trains several times as long: the peer gets the faster setting.
U_SAMPLE_PAIRS = 1e6
EM_SAMPLE_PAIRS = 5e5
# The default probe of one record in a hundred finds no pair at all in a list of some thousand stores.
EM_PROBE_PROPORTION = 0.3
# Relative frequency below which a name token is rare enough to block on, for each blocking.
RARE_BELOW = {"wide": 1.0, "tight": 0.001}


def shared_token_frequency() -> str:
    """SQL expression: product of the relative frequencies of the name tokens that both stores have."""
    return (
        "list_reduce(list_concat([1.0::float], list_transform("
        "list_intersect(name_tokens_l, name_tokens_r), lambda t: t.relative_frequency)), lambda p, q: p * q)"
    )


def nearer_than(metres: float) -> str:
    """SQL condition: straight-line distance below `metres` (earth_* are metres from its centre)."""
    squares = " + ".join(f"(earth_{axis}_l - earth_{axis}_r) * (earth_{axis}_l - earth_{axis}_r)" for axis in "xyz")
    return f"({squares}) < {metres**2}"


def name_comparison() -> cl.CustomComparison:
    """Name levels, from equal (adjusted for how common the name is) to shared rare tokens to nothing."""
    similarity = "jaro_winkler_similarity(name_compact_l, name_compact_r)"
    conditions = (
        f"{similarity} >= 0.95",
        f"{shared_token_frequency()} < 1e-8",
        f"{similarity} >= 0.88",
        f"{shared_token_frequency()} < 1e-5",
        f"{shared_token_frequency()} < 1e-3",
    )
    levels = [
        cll.ExactMatchLevel("name_compact", term_frequency_adjustments=True),
        *(cll.CustomLevel(condition) for condition in conditions),
        cll.ElseLevel(),
    ]
    for level, m_probability in zip(levels, NAME_M_PRIORS, strict=True):
        level.configure(m_probability=m_probability)
    return cl.CustomComparison(output_column_name="name", comparison_levels=[cll.NullLevel("name_compact"), *levels])


def place_comparison() -> cl.CustomComparison:
    """One comparison for point, postcode, street and house number."""
    no_point = "(earth_x_l is null or earth_x_r is null)"
    return cl.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            cll.CustomLevel(
                f"{no_point} and (postcode_l is null or postcode_r is null) and (street_l is null or street_r is null)"
            ).configure(is_null_level=True),
            cll.CustomLevel(
                f"house_number_l = house_number_r and ({nearer_than(200)} or"
                f" ({no_point} or {nearer_than(500)}) and (postcode_l = postcode_r or street_l = street_r))"
            ),
            cll.CustomLevel(nearer_than(30)),
            cll.CustomLevel(f"street_l = street_r and (postcode_l = postcode_r or {nearer_than(300)})"),
            cll.CustomLevel(nearer_than(70)),
            cll.CustomLevel(nearer_than(150)),
            cll.CustomLevel(f"{nearer_than(400)} or {no_point} and (postcode_l = postcode_r or street_l = street_r)"),
            cll.CustomLevel(f"{nearer_than(1500)} or {no_point} and town_l = town_r"),
            cll.ElseLevel(),
        ],
    )


def phone_comparison() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="phone",
        comparison_levels=[cll.NullLevel("phone"), cll.ExactMatchLevel("phone"), cll.ElseLevel()],
    )


def blocking_rules(blocking: str) -> list:
    """Rules for prediction: `wide` (a bare neighbouring cell, for one city) or `tight` (for scale)."""
    shared = [
        block_on("phone"),
        block_on("town", "rarest_tokens", arrays_to_explode=["rarest_tokens"]),
        block_on("street", "house_number", "substr(name_compact, 1, 1)"),
        block_on("name_compact", "house_number"),
    ]
    if blocking == "wide":
        return [*shared, block_on("near_cells", arrays_to_explode=["near_cells"]), block_on("postcode")]
    return [
        *shared,
        block_on("postcode", "substr(name_compact, 1, 3)"),
        block_on("postcode", "house_number"),
        block_on("near_cells", "substr(name_compact, 1, 2)", arrays_to_explode=["near_cells"]),
        block_on("near_cells", "house_number", arrays_to_explode=["near_cells"]),
    ]


def settings(blocking: str) -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[name_comparison(), place_comparison(), phone_comparison()],
        blocking_rules_to_generate_predictions=blocking_rules(blocking),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def train(gi: SplinkDataFrame, th: SplinkDataFrame, blocking: str, has_phones: bool, progress: Callable) -> Linker:
    """Train on the two lists themselves: prior by strict rules, u by sampling, m by EM on name and phone.

    `progress` is called with the name of each step as it begins.
    """
    linker = Linker([gi, th], settings(blocking), log_level="WARNING")
    progress("prior")
    linker.training.estimate_probability_two_random_records_match(
        [
            block_on("name_compact", "postcode"),
            block_on("name_compact", "near_cells", arrays_to_explode=["near_cells"]),
            block_on("phone", "substr(name_compact, 1, 3)"),
        ],
        recall=0.7,
    )
    progress("u probabilities")
    linker.training.estimate_u_using_random_sampling(max_pairs=U_SAMPLE_PAIRS, seed=1)
    progress("EM on equal names")
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("name_compact"), max_pairs=EM_SAMPLE_PAIRS, record_sample_proportion=EM_PROBE_PROPORTION
    )
    if has_phones:
        progress("EM on equal phones")
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on("phone"), max_pairs=EM_SAMPLE_PAIRS, record_sample_proportion=EM_PROBE_PROPORTION
        )
    return linker

"""The match-quality gate: match labelled lists with two versions of the project and say whether the change may pass."""

from store_matching.quality_gate.comparison import ListComparison, PairChange, compare_lists
from store_matching.quality_gate.errors import QualityGateError
from store_matching.quality_gate.labelled_lists import LabelledList, find_labelled_lists, generate_labelled_lists
from store_matching.quality_gate.limits import Limits, broken_limits
from store_matching.quality_gate.markdown import report_in_markdown

__all__ = [
    "LabelledList",
    "Limits",
    "ListComparison",
    "PairChange",
    "QualityGateError",
    "broken_limits",
    "compare_lists",
    "find_labelled_lists",
    "generate_labelled_lists",
    "report_in_markdown",
]

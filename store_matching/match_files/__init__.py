"""Match two extract files in a scratch database with the project's own dbt models."""

from store_matching.match_files.run import MatchOptions, match_files
from store_matching.match_files.summary import MatchSummary, SourceSummary

__all__ = ["MatchOptions", "MatchSummary", "SourceSummary", "match_files"]

"""Learns the match scorecard and its score look-up from labelled store lists, see docs/scorecard.md."""

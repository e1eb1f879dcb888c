"""Releases: publish what a run has proven, move MART to a release, compare releases, expire old ones."""

"""The Sentinel: compares the files that lie in storage with those that Iceberg metadata knows, and brings lost batches
back."""

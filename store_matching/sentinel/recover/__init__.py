"""Bring lost batches back: plan, then apply, exactly once, without ever deleting a file."""

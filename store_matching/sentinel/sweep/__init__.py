"""Move proven garbage out of the way: duplicates and leftovers of expired snapshots, into a quarantine folder.

Nothing is deleted. A manifest, written before the first file moves, says where each file came from; `restore` puts
them back by it. A lost batch, or a file of which it is not sure what it is, is never moved.
"""

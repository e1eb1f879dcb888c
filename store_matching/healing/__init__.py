"""Auto-healing: triggers for stores that failed and may do better, what became of them, and full refreshes."""

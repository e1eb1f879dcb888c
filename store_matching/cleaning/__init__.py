"""What text cleaning needs outside SQL: the character lists of the folding macro."""

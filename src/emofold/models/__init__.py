"""Models that give each clip a score for each emotion."""

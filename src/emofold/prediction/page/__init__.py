"""The page about one video: its numbers, its words, its player."""

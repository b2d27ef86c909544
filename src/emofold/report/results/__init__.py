"""The page of the results: every system, what it answered to every clip, and the tests."""

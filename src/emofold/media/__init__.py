"""Sound and pictures out of files of any kind, decoded in this process."""

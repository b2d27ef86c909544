"""The config of a run: reading, checking, and writing a new one."""

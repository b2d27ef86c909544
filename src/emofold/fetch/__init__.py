"""All that comes from the network."""

"""A page on this machine alone that takes recordings and answers with their pages."""

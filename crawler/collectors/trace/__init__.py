"""The instrument of explaining visits, and what it tells."""

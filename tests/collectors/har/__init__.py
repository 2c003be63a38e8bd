"""Recordings of other tools, as they come and as they should not."""

"""Recordings that another tool made, as HTTP Archives (HAR): read, and turned into the evidence of a run."""

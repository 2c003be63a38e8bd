"""Both recorders held against each other: every request matched or explained."""

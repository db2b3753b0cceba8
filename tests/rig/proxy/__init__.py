"""A proxy that misbehaves: the faults of the catalogue, planted between the suite and a real server."""

import gb10_rig.early  # noqa: F401 - imported for what it does

"""How fast the registry is on this machine, as ratios within one run: ``make bench``."""

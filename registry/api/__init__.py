"""REST API /api/v1: the only importer of DRF."""

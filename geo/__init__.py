"""Geometry of the registry: plain Python on shapely, pyproj, h3 and geopandas. It has never heard of Django.

Everything that enters or leaves is WGS 84 longitude, latitude in GeoJSON order; every distance says its unit.
Nothing is imported here: ``geo.zones`` must start fast.
"""

"""Squares that can be checked by eye, and places for hypothesis."""

from hypothesis import strategies as st
from shapely import Polygon, box

# A degree grid near Siret: one square east of the other, a gap of 0.1 degrees between them.
WEST = box(26.0, 47.0, 26.1, 47.1)
EAST = box(26.2, 47.0, 26.3, 47.1)
# Lies half over WEST.
ACROSS = box(26.05, 47.0, 26.15, 47.1)
# Shares an edge with WEST.
BESIDE = box(26.1, 47.0, 26.15, 47.1)
CONCAVE = Polygon([(26.0, 47.2), (26.3, 47.2), (26.3, 47.3), (26.2, 47.3), (26.2, 47.25), (26.0, 47.25)])

lons = st.floats(20.0, 31.5)
lats = st.floats(43.4, 49.6)
places = st.tuples(lons, lats)
# Fine enough to meet edges and corners of the squares.
near_places = st.tuples(
    st.one_of(st.integers(2595, 2635).map(lambda n: n / 100), st.floats(25.95, 26.35)),
    st.one_of(st.integers(4695, 4735).map(lambda n: n / 100), st.floats(46.95, 47.35)),
)

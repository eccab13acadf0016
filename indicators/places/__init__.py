"""Where it happened: places, countries and regions, and a gazetteer that says "unlocated" rather than guess."""

from indicators.places.atlas import NO_ATLAS, Atlas, AtlasPlace, joined
from indicators.places.distance import Point, distance_km, distance_to_line_km
from indicators.places.gazetteer import Gazetteer
from indicators.places.place import Country, Place
from indicators.places.region import Region
from indicators.places.whereabouts import Located, PlaceDoubt, Whereabouts

__all__ = [
    "NO_ATLAS",
    "Atlas",
    "AtlasPlace",
    "Country",
    "Gazetteer",
    "Located",
    "Place",
    "PlaceDoubt",
    "Point",
    "Region",
    "Whereabouts",
    "distance_km",
    "distance_to_line_km",
    "joined",
]

"""Selects the rules that an article may match, without looking at all the others."""

from monitor.rules.engine.columns import Column
from monitor.rules.engine.engine import Engine
from monitor.rules.engine.sightings import Sightings

__all__ = ["Column", "Engine", "Sightings"]

"""How pictures look."""

from ._native import Spec, knobs

__all__ = ["Spec", "knobs"]

"""Runs image-cache on a Dask cluster: plan, shards, merge."""

from ._run import Failed, Plan, make_plan, run

__all__ = ["Failed", "Plan", "make_plan", "run"]

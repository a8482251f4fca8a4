"""The command `image-cache-dask`."""

from __future__ import annotations

import argparse
import json
import sys

from distributed import Client, LocalCluster

from . import Failed, run


def _show(line: dict) -> None:
    print(f"{line['done']}/{line['total']} ends, {line['made']} pictures, {line['failed']} failed", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="image-cache-dask",
        description="Runs image-cache on a Dask cluster: plan, shards, merge.",
        epilog="What follows -- are arguments of `image-cache render`.",
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--scheduler", metavar="ADDRESS", help="a running cluster, such as tcp://scheduler:8786")
    where.add_argument("--local", metavar="N", type=int, help="a cluster of N processes on this machine")
    parser.add_argument("--shards", metavar="N", type=int, required=True)
    parser.add_argument("--into", metavar="FILE", default="image_cache.sqlite", help="the merged index")
    parser.add_argument("--program", metavar="FILE", default="image-cache", help="where workers find the program")
    parser.add_argument("--cwd", metavar="DIR", help="the folder that all workers see")
    parser.add_argument("--jobs", metavar="N", type=int, default=1, help="threads a shard")
    parser.add_argument("--retries", metavar="N", type=int, default=3)
    parser.add_argument("args", nargs="*", metavar="-- ARG")
    options = parser.parse_args()
    if options.shards < 1:
        parser.error("--shards must be 1 or more")
    cluster = None
    if options.local:
        cluster = LocalCluster(n_workers=options.local, threads_per_worker=1, dashboard_address=None)
    try:
        with Client(cluster or options.scheduler) as client:
            result = run(
                client,
                options.args,
                shards=options.shards,
                into=options.into,
                program=options.program,
                cwd=options.cwd,
                jobs=options.jobs,
                retries=options.retries,
                progress=_show,
            )
    except ValueError as error:
        parser.error(str(error))
    except Failed as error:
        print(f"image-cache-dask: error: {error}", file=sys.stderr)
        return error.status if error.status > 0 else 1
    finally:
        if cluster is not None:
            cluster.close()
    for refused in result["refused"]:
        print(f"image-cache-dask: series refused: {refused}", file=sys.stderr)
    if result["refused_ends"]:
        print(f"image-cache-dask: {result['refused_ends']} ends refused", file=sys.stderr)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The scans of a plan on a Dask cluster, with the very plan that one machine makes.

Shards of households stay with the workers; prices go out, demand comes back and is added in whole numbers. The side
that asks remembers every find: a shard whose worker died, or that failed, is made anew from its households and these
finds, on any worker. Whoever may send work to a worker runs code there: the scheduler belongs into a closed network.
"""

import logging
import re
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from typing import Any

import numpy as np

from registry.planner import prices, remote
from registry.planner.arrays import Cancelled, Cancelling, Floats, Households, Ints, Settings, StayOffers
from registry.planner.remote import Freight, Parcel, Question
from registry.planner.shards import Candidates, Shard, added
from registry.planner.sheets import Unusable

ATTEMPTS = 6
SHARDS_PER_WORKER = 2
CONNECT_S = 10
LOOK_S = 0.5
RESULT_S = 30

_LOCAL = re.compile(r"local:([1-9]\d?)")
_REMOTE = re.compile(r"(tcp|tls)://[^\s/]+:\d{1,5}")
Client = Any  # distributed.Client, which is loaded only when somebody asks for a cluster


class Unreachable(Unusable):
    """The cluster cannot be used, or not any more: the sentence says why."""


@contextmanager
def workers(
    address: str,
    households: Households,
    offers: StayOffers,
    settings: Settings,
    *,
    cancelled: Cancelling | None = None,
) -> "Iterator[Cluster]":
    """The workers at ``tcp://host:port`` or ``tls://host:port`` of a scheduler, or ``local:4``, which ends with it."""
    with ExitStack() as stack:
        client = _client(address, stack)
        _same_everywhere(client)
        crowd = Cluster(client, households, offers, settings, cancelled)
        stack.callback(crowd.forget)
        yield crowd


def _client(address: str, stack: ExitStack) -> Client:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise Unreachable("--distributed needs Dask: install safezone-registry[cluster]") from error
    for name in ("distributed", "distributed.client"):
        stack.enter_context(_silent(logging.getLogger(name)))
    # Households go out in one piece each; Dask takes that for a mistake.
    stack.enter_context(dask.config.set({"distributed.admin.large-graph-warning-threshold": "100 GB"}))
    try:
        target = _local(address, stack) or _remote(address)
        client = stack.enter_context(distributed.Client(target, timeout=CONNECT_S, set_as_default=False))
        client.wait_for_workers(1, timeout=CONNECT_S)
    except (OSError, ValueError, RuntimeError) as error:
        raise Unreachable(f"no cluster answers at {address}: {str(error).splitlines()[0]}") from error
    return client


@contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """Dask tells of every task and connection; what matters comes back as an error."""
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _local(address: str, stack: ExitStack) -> Any:
    found = _LOCAL.fullmatch(address)
    if not found:
        return None
    from distributed import LocalCluster

    return stack.enter_context(
        LocalCluster(
            n_workers=int(found.group(1)),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )
    )


def _remote(address: str) -> str:
    if not _REMOTE.fullmatch(address):
        raise Unreachable(f"{address!r} is neither tcp://host:port, tls://host:port nor local:4")
    return address


def _same_everywhere(client: Client) -> None:
    """Raises Unreachable unless every worker computes with the same code."""
    here = remote.fingerprint()
    try:
        there = client.run(remote.fingerprint)
    except Exception as error:  # whatever a worker without the registry raises
        raise Unreachable(f"a worker cannot load the planner: {type(error).__name__}") from error
    if strange := sorted(worker for worker, found in there.items() if found != here):
        raise Unreachable(f"{strange[0]} has another version of Python, NumPy, Numba or of the planner")


class Cluster:
    """Workers (shards.Workers) on other processes or machines."""

    def __init__(
        self,
        client: Client,
        households: Households,
        offers: StayOffers,
        settings: Settings,
        cancelled: Cancelling | None = None,
    ) -> None:
        self.client, self.households, self.cancelled = client, households, cancelled
        self.policy, self.job = settings.policy, uuid.uuid4().hex
        self.finds: list[remote.Find] = []
        whole = Shard(households, offers, settings.policy, threads=settings.threads, cancelled=cancelled)
        self.ground = whole.ground
        self.start = _found_before(households, offers, settings, whole)
        parts = min(len(households), SHARDS_PER_WORKER * len(client.nthreads()))
        self.edges = np.linspace(0, len(households), parts + 1).astype(int).tolist()
        self.homes: dict[int, str] = {}

    @property
    def count(self) -> int:
        """How many shards there are."""
        return len(self.edges) - 1

    def find(self, *how: Any) -> None:
        """See Workers."""
        self._ask("find", how)
        self.finds.append(how)

    def demand(self, prices: Floats, temperature: float) -> Ints:
        """See Workers."""
        return added(self._ask("demand", (prices, temperature)))

    def surplus(self, prices: Floats) -> float:
        """See Workers; added here in one go, since sums of fractions depend on their order."""
        found = np.concatenate(self._ask("surpluses", (prices,)))
        return float((self.households.size * found).sum())

    def candidates(self, prices: Floats, count: int) -> Candidates:
        """See Workers."""
        found = self._ask("candidates", (prices, count))
        return Candidates(np.concatenate([c.offer for c in found]), np.concatenate([c.points for c in found]))

    def forget(self) -> None:
        """The workers let go of this job; one that cannot be reached has let go already."""
        try:
            self.client.run(remote.forget, self.job, on_error="ignore")
        except (OSError, RuntimeError):
            logging.getLogger(__name__).debug("cluster_gone")

    def _ask(self, method: str, arguments: tuple[Any, ...]) -> list[Any]:
        """What every shard says, in the order of the households, however often it takes."""
        answers: dict[int, Any] = {}
        for _ in range(ATTEMPTS):
            left = [number for number in range(self.count) if number not in answers]
            if not left:
                break
            self._settle(left)
            answers |= self._answers(left, method, arguments)
        else:
            if len(answers) < self.count:
                raise Unreachable(f"shards of the plan failed {ATTEMPTS} times on the cluster")
        return [answers[number] for number in range(self.count)]

    def _answers(self, shards: list[int], method: str, arguments: tuple[Any, ...]) -> dict[int, Any]:
        """The answers that came; whoever did not answer has no shards any more."""
        asked = {
            home: Question(
                self.job, tuple(s for s in shards if self.homes.get(s) == home), len(self.finds), method, arguments
            )
            for home in sorted({self.homes[s] for s in shards if s in self.homes})
        }
        found = self._run(remote.answer, asked)
        answers = dict(chain.from_iterable(one.items() for one in found.values()))
        for number in shards:
            if number not in answers:
                self.homes.pop(number, None)
        return answers

    def _settle(self, shards: list[int]) -> None:
        """Shards without a home get one: the worker with the fewest."""
        homeless = [number for number in shards if number not in self.homes]
        if not homeless:
            return
        threads = self._alive()
        load = dict.fromkeys(sorted(threads), 0)
        for home in self.homes.values():
            load[home] = load.get(home, 0) + 1
        parcels: dict[str, list[Parcel]] = {}
        for number in homeless:
            home = min(threads, key=lambda one: (load[one] / threads[one], one))
            load[home] += 1
            parcels.setdefault(home, []).append(self._parcel(number))
        freight = {home: self._freight(found, threads[home]) for home, found in parcels.items()}
        for home, made in self._run(remote.unpack, freight).items():
            self.homes |= dict.fromkeys(made, home)

    def _parcel(self, number: int) -> Parcel:
        rows = slice(self.edges[number], self.edges[number + 1])
        start = Candidates(self.start.offer[rows], self.start.points[rows]) if self.start else None
        return Parcel(number, rows.start, self.households.take(rows), start)

    def _freight(self, parcels: list[Parcel], threads: int) -> Freight:
        return Freight(self.job, self.ground, self.policy, threads, tuple(self.finds), tuple(parcels))

    def _alive(self) -> dict[str, int]:
        """The workers that are there, waiting a while for one to come back; raises Unreachable when none does."""
        try:
            self.client.wait_for_workers(1, timeout=CONNECT_S)
            found: dict[str, int] = self.client.nthreads()
        except (OSError, RuntimeError) as error:
            raise Unreachable("no worker of the cluster is left") from error
        return found

    def _run(self, task: Callable[[Any], Any], work: dict[str, Any]) -> dict[str, Any]:
        """What each of these workers returned; those that died or failed are left out."""
        try:
            futures = {home: self.client.submit(task, what, workers=[home], pure=False) for home, what in work.items()}
            self._finish(futures)
            found = {home: self._result(home, future) for home, future in futures.items()}
            self.client.cancel(list(futures.values()), force=True)
        except (OSError, RuntimeError) as error:
            raise Unreachable("the scheduler of the cluster does not answer any more") from error
        return {home: result[0] for home, result in found.items() if result}

    def _finish(self, futures: dict[str, Any]) -> None:
        """Until every future is done or its worker is gone; raises Cancelled when somebody asked for it."""
        from distributed import wait

        pending = set(futures)
        while pending:
            if self.cancelled and self.cancelled():
                self.client.cancel(list(futures.values()), force=True)
                raise Cancelled
            with self.client.as_current(), suppress(TimeoutError, CancelledError):
                wait([futures[home] for home in pending], timeout=LOOK_S)
            alive = self.client.nthreads()
            pending = {home for home in pending if not futures[home].done() and home in alive}

    def _result(self, home: str, future: Any) -> tuple[Any] | None:
        """What a future brought, or None; a worker may still die with its answer in hand."""
        while future.status == "finished" and home in self.client.nthreads():
            with suppress(TimeoutError):
                try:
                    return (future.result(timeout=RESULT_S),)
                except CancelledError:
                    return None
        return None


def _found_before(households: Households, offers: StayOffers, settings: Settings, whole: Shard) -> Candidates | None:
    """What a small market keeps of its first prices: the shards must begin with it, too (prices.from_nothing)."""
    if len(households) > prices.THIN_HOUSEHOLDS:
        return None
    prices.from_nothing(households, offers, settings, whole, lambda: None)
    return whole.kept

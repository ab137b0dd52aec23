"""A plan on a Dask cluster: the same to the last bit, whoever dies, and a sentence where there is no cluster."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from registry import planner
from registry.planner import cluster, given, prices, remote
from registry.planner.arrays import Plan, Settings
from registry.planner.shards import Shard
from tests.planner import invented_tables as invented

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
SETTINGS = Settings(seed=3, threads=1)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> given.Given:
    """Two invented tables."""
    return given.from_files(*invented.write(tmp_path_factory.mktemp("market"), 600, 250))


@pytest.fixture(scope="module")
def two() -> Iterator[Any]:
    """The address of a cluster of two processes."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0") as found:
        yield found.scheduler_address


@pytest.fixture
def as_if_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a small market for one that is first thinned out."""
    monkeypatch.setattr(prices, "THIN_HOUSEHOLDS", 300)


def plain(market: given.Given) -> Plan:
    """The plan of one machine."""
    return planner.plan_stays(market.households, market.offers, SETTINGS)


def on(address: str, market: given.Given, **how: Any) -> Plan:
    """The plan of a cluster."""
    with cluster.workers(address, market.households, market.offers, SETTINGS) as crowd:
        return planner.plan_stays(market.households, market.offers, SETTINGS, workers=crowd, **how)


def same(one: Plan, other: Plan) -> None:
    """Both plans are equal to the last bit."""
    for name in ("offer", "per_person", "value", "km", "prices"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert (one.bound, one.total) == (other.bound, other.total)


def test_a_small_market_is_the_same_plan(market, two):
    same(on(two, market), plain(market))


def test_a_market_that_is_thinned_out_first_is_the_same_plan(market, two, as_if_large):
    same(on(two, market), plain(market))


def test_a_worker_killed_half_way_changes_nothing(market, as_if_large):
    expected, killed = plain(market), []
    with cluster.workers("local:2", market.households, market.offers, SETTINGS) as crowd:
        processes = crowd.client.run(os.getpid)

        def kill(done: float) -> None:
            if done > 0.5 and not killed and crowd.finds:
                killed.append(crowd.homes[0])
                os.kill(processes[killed[0]], signal.SIGKILL)

        found = planner.plan_stays(market.households, market.offers, SETTINGS, workers=crowd, progress=kill)
        assert killed
        assert killed[0] not in crowd.homes.values()
    same(found, expected)


def test_a_shard_that_fails_is_made_anew(market, two, as_if_large):
    with cluster.workers(two, market.households, market.offers, SETTINGS) as crowd:
        broken: list[float] = []

        def spoil(done: float) -> None:
            if crowd.finds and not broken:
                broken.append(done)
                crowd.client.run(remote.forget, crowd.job, [0])
                crowd.client.run(_spoil, crowd.job, 1)

        found = planner.plan_stays(market.households, market.offers, SETTINGS, workers=crowd, progress=spoil)
    assert broken
    same(found, plain(market))


def _spoil(job: str, number: int) -> None:
    """A shard that raises whatever it is asked, wherever it is held."""
    if held := remote._held.get((job, number)):
        held.shard = None  # type: ignore[assignment]


def test_a_shard_that_missed_a_find_would_give_another_plan(market, as_if_large):
    """The control: without doing the finds again, a shard made anew has nobody's candidates."""
    freight = remote.Freight(
        "job", _ground(market), SETTINGS.policy, 1, (), (remote.Parcel(0, 0, market.households, None),)
    )
    remote.unpack(freight)
    asked = remote.Question("job", (0,), 1, "candidates", (np.zeros(len(market.offers.rows)), 4))
    try:
        assert remote.answer(asked) == {}
        too_early = remote.Question("job", (0,), 0, "candidates", asked.arguments)
        assert (remote.answer(too_early)[0].offer == -1).all()
    finally:
        remote.forget("job")


def _ground(market: given.Given) -> Any:
    return Shard(market.households, market.offers, SETTINGS.policy, threads=1).ground


def test_workers_forget_a_plan_that_is_made(market, two):
    with cluster.workers(two, market.households, market.offers, SETTINGS) as crowd:
        planner.plan_stays(market.households, market.offers, SETTINGS, workers=crowd)
        assert sum(crowd.client.run(_held).values()) == crowd.count
        crowd.forget()
        assert sum(crowd.client.run(_held).values()) == 0


def _held() -> int:
    return len(remote._held)


def test_a_worker_with_another_planner_is_refused(market, two, monkeypatch):
    monkeypatch.setattr(cluster.remote, "fingerprint", _another)
    with (
        pytest.raises(cluster.Unreachable, match="another version"),
        cluster.workers(two, market.households, market.offers, SETTINGS),
    ):
        pass


def _another() -> str:
    return f"planner of process {os.getpid()}"


def test_an_address_where_nobody_answers_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_S", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(CommandError, match=f"no cluster answers at {address}") as refused:
            plan(tmp_path, address)
    assert refused.value.returncode == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["households.csv", "offers.csv"]


def test_a_scheduler_that_is_gone_half_way_is_one_sentence(market):
    from distributed import LocalCluster

    where = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, **where) as lost,
        pytest.raises(cluster.Unreachable, match="does not answer any more"),
    ):
        on(lost.scheduler_address, market, progress=lambda done: lost.close() if done > 0.5 else None)


def plan(folder: Path, address: str) -> None:
    """The command on a cluster."""
    files = invented.write(folder, 20, 10)
    call_command("plan", *files, out=folder / "p.csv", json=folder / "s.json", distributed=address)

"""Who computes the blocks of a run, and where are they put by? This process, a pool of processes, or a Dask scheduler.

Whoever computes them, blocks come back in their order, so that the result is the same to the last bit. With a folder,
each finished block is put by there, and a run that was killed goes on with what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from signal import SIG_IGN, SIGINT, signal
from typing import Any, Final, TypeAlias

from numpy.typing import NDArray

from ketsim.blocks import Block, Gathered, arrays_of, block_of
from ketsim.engine.checkpoint import RunFolder
from ketsim.errors import InputError, MissingExtraError
from ketsim.plan import Plan

# First person and number of people of a block.
Span: TypeAlias = tuple[int, int]
# How a block is computed; a function of a module, so that other processes find it.
Run: TypeAlias = Callable[[Plan, int, int], Block]
# Number, first person and number of people of a block.
_Job: TypeAlias = tuple[int, int, int]
_Arrays: TypeAlias = dict[str, NDArray[Any]]

#: So many blocks are added up before their sum is put by in their place.
SUMMED: Final = 16
_PATIENCE: Final = 10  # [s] for a scheduler to answer
_GUARD: Final = (
    "a worker process ended before its work was done; a script that asks for several workers must make the call under "
    'if __name__ == "__main__":, and enough memory must be free. With workers=1 neither is needed.'
)


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does it: `workers` processes of this machine, or those of the Dask scheduler at an address.

    folder: where finished blocks are put by, if anywhere.
    """

    workers: int = 1
    scheduler: str | None = None
    folder: RunFolder | None = None

    def gather(self, run: Run, plan: Plan, spans: Sequence[Span], told: Callable[[Gathered], None]) -> Gathered:
        """Compute what is missing and add all blocks up in order; told: called after each.

        An interrupt (Ctrl-C) ends it early, unless nothing at all was finished. Raises `InputError` where workers
        cannot be had.
        """
        gathered = Gathered()
        first = 0
        if self.folder is not None:
            first, arrays = self.folder.load_sum()
            if first:
                gathered.add(block_of(arrays))
        try:
            for number, block in enumerate(self._blocks(run, plan, spans, first), first + 1):
                gathered.add(block)
                told(gathered)
                if self.folder is not None and number % SUMMED == 0:
                    self.folder.store_sum(number, arrays_of(gathered.block()))
        except KeyboardInterrupt:
            if gathered.people == 0:
                raise
        return gathered

    def _blocks(self, run: Run, plan: Plan, spans: Sequence[Span], first: int) -> Iterator[Block]:
        folder = self.folder
        missing = set(range(first, len(spans)) if folder is None else folder.missing(first))
        answers = self._answers(run, plan, [(number, *spans[number]) for number in sorted(missing)])
        for number in range(first, len(spans)):
            lying = None if folder is None or number in missing else folder.load(number)
            if lying is not None:
                yield block_of(lying)
            elif number in missing:
                yield next(answers)
            else:  # a moment ago it was whole
                yield run(plan, *spans[number])

    def _answers(self, run: Run, plan: Plan, todo: Sequence[_Job]) -> Iterator[Block]:
        """The blocks to do, in order, each put by as soon as it is finished."""
        if self.scheduler is not None and todo:
            yield from self._of_dask(self.scheduler, run, plan, todo)
        elif self.workers > 1 and len(todo) > 1:
            yield from self._of_pool(run, plan, todo)
        else:
            for number, *span in todo:
                block = run(plan, *span)
                if self.folder is not None:
                    self.folder.store(number, arrays_of(block))
                yield block

    def _of_pool(self, run: Run, plan: Plan, todo: Sequence[_Job]) -> Iterator[Block]:
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool
        from multiprocessing import get_context, parent_process

        if parent_process() is not None:
            raise InputError(_GUARD)
        setup = (_Work(run, plan, self.folder),)
        pool = ProcessPoolExecutor(min(self.workers, len(todo)), get_context("spawn"), _adopt, setup)
        try:
            answers = _in_order(lambda job: pool.submit(_run_adopted, job), todo, 2 * self.workers)
            for (number, *_), arrays in zip(todo, answers, strict=True):
                found = arrays if self.folder is None else self.folder.load(number)
                assert found is not None
                yield block_of(found)
        except BrokenProcessPool:
            raise InputError(_GUARD) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _of_dask(self, address: str, run: Run, plan: Plan, todo: Sequence[_Job]) -> Iterator[Block]:
        with _client(address) as client:
            cores = sum(client.nthreads().values())
            if not cores:
                raise InputError(f"the scheduler {address} has no workers; start some: dask worker {address}")
            work = client.scatter(_Work(run, plan, None), broadcast=True)
            answers = _in_order(lambda job: client.submit(_run_for, work, job, pure=False), todo, 2 * cores)
            for (number, *_), arrays in zip(todo, answers, strict=True):
                if self.folder is not None:
                    self.folder.store(number, arrays)
                yield block_of(arrays)


@dataclass(frozen=True, slots=True)
class _Work:
    """All that another process must know, sent once. folder: where it puts blocks by itself, if anywhere."""

    run: Run
    plan: Plan
    folder: RunFolder | None


def _run_for(work: _Work, job: _Job) -> _Arrays | None:
    """In another process: a block as arrays, or nothing where it was put by."""
    number, *span = job
    arrays = arrays_of(work.run(work.plan, *span))
    if work.folder is None:
        return arrays
    work.folder.store(number, arrays)
    return None


_adopted: list[_Work] = []  # the work of this worker process, sent once


def _adopt(work: _Work) -> None:
    signal(SIGINT, SIG_IGN)  # an interrupt is the business of the process that gathers
    _adopted[:] = [work]


def _run_adopted(job: _Job) -> _Arrays | None:
    return _run_for(_adopted[0], job)


def _in_order(submit: Callable[[_Job], Any], jobs: Sequence[_Job], ahead: int) -> Iterator[Any]:
    """Answers in the order of the jobs; finished ones must not pile up while an earlier one is still running."""
    waiting = iter(jobs)
    queue = [submit(job) for job in islice(waiting, ahead)]
    while queue:
        yield queue.pop(0).result()
        queue += [submit(job) for job in islice(waiting, 1)]


def _client(address: str) -> Any:
    """A connection to a Dask scheduler."""
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("a Dask scheduler", extra="dask") from None
    connect: Callable[..., Any] = distributed.Client
    try:
        return connect(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"scheduler {address} cannot be reached: {error}; expected the address that "
            '"dask scheduler" prints, such as tcp://127.0.0.1:8786.'
        ) from None

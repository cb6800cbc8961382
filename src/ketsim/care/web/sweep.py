"""While the site runs, every number whose time is over is erased within a minute, whether anybody visits or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from starlette.concurrency import run_in_threadpool

from ketsim.care.web.guard import LOGGER
from ketsim.care.web.site import Desk

_EVERY: Final = 60.0  # s


@asynccontextmanager
async def sweeping(desk: Desk | None) -> AsyncIterator[None]:
    """The time for which the site runs."""
    task = asyncio.create_task(_sweep(desk)) if desk is not None else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _sweep(desk: Desk) -> None:
    while True:
        try:
            await run_in_threadpool(desk.requests.sweep)
        except Exception as error:  # a sweep that failed must not be the last one
            LOGGER.error("a sweep failed: %s.", type(error).__name__)
        await asyncio.sleep(_EVERY)

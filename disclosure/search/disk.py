"""Arrays that lie in files: of a large one no more than a stretch is in memory at a time."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

STRETCH = 1 << 23  # bytes: what is read of more is given back at once
ASKED = 1 << 18  # places that are put in order at a time


class OnDisk:
    """An array in a file; what is written into it stands in the file, for all processes that read it."""

    def __init__(self, path: Path, sort: Any, write: bool = False) -> None:
        with path.open("r+b" if write else "rb") as file:
            self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_WRITE if write else mmap.ACCESS_READ)
        self._whole: NDArray[Any] = np.frombuffer(self._mapped, sort)
        self._gives_back = self._whole.nbytes > STRETCH and hasattr(mmap, "MADV_DONTNEED")

    def __len__(self) -> int:
        return len(self._whole)

    def __getitem__(self, at: Any) -> Any:
        """What stands at these places, in a memory of its own."""
        if not self._gives_back:
            return self._whole[at].copy() if isinstance(at, slice) else self._whole[at]
        if isinstance(at, slice):
            found = self._whole[at].copy()
            self._give_back()
            return found
        if not isinstance(at, np.ndarray):
            return self._whole[at]
        found = np.empty(len(at), self._whole.dtype)
        for which in self._stretches(at):
            found[which] = self._whole[at[which]]
        return found

    def __setitem__(self, at: NDArray[Any], values: Any) -> None:
        if not self._gives_back:
            self._whole[at] = values
            return
        every = np.broadcast_to(values, at.shape)
        for which in self._stretches(at):
            self._whole[at[which]] = every[which]

    def _stretches(self, at: NDArray[Any]) -> Iterator[NDArray[np.int64]]:
        """Yield which of the places lie in one stretch, stretch by stretch, and give each back."""
        cuts = np.arange(0, len(self), STRETCH // self._whole.itemsize)[1:]
        for begin in range(0, len(at), ASKED):
            some = at[begin : begin + ASKED]
            order = np.argsort(some, kind="stable")
            for which in np.split(order, np.searchsorted(some[order], cuts)):
                if len(which):
                    yield which + begin
                    self._give_back()

    def _give_back(self) -> None:
        self._mapped.madvise(mmap.MADV_DONTNEED)

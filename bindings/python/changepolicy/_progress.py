"""How far a long call is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Optional, Union

#: True: a bar of tqdm; False: nothing; None: a bar where it takes more than a moment, somebody sits
#: at a terminal, and tqdm is installed; or a function of the rows done and of all rows, None where
#: nobody knows how many there are.
Progress = Optional[Union[bool, Callable[[int, Optional[int]], Any]]]

# Seconds before a bar that nobody asked for is drawn.
_MOMENT = 2.0


def check_progress(progress: Progress) -> None:
    """Raises TypeError; ModuleNotFoundError where a bar is asked for and cannot be drawn."""
    if progress is True:
        _tqdm(required=True)
    elif progress is not None and progress is not False and not callable(progress):
        raise TypeError(
            f"`progress`: a {type(progress).__name__} is none; give True, False, None or a function"
        )


@contextmanager
def reporting(progress: Progress, total: int | None) -> Iterator[Callable[[int], None]]:
    """Gives a function that is told how many rows more are done."""
    if progress is not None and not isinstance(progress, bool):
        tell, done = progress, 0

        def count(rows: int) -> None:
            nonlocal done
            done += rows
            tell(done, total)

        yield count
        return
    tqdm = None if progress is False else _tqdm(required=progress is True)
    if tqdm is None or (progress is None and not _is_terminal()):
        yield lambda rows: None
        return
    delay = 0.0 if progress else _MOMENT
    with tqdm(total=total, unit=" rows", unit_scale=True, delay=delay) as bar:
        yield bar.update


def _tqdm(required: bool) -> Any:
    try:
        from tqdm.auto import tqdm
    except ModuleNotFoundError:
        if not required:
            return None
        raise ModuleNotFoundError(
            "`progress`: a bar is drawn by tqdm, which is not installed; "
            "`pip install changepolicy[tqdm]`, or give a function",
            name="tqdm",
        ) from None
    return tqdm


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()

"""`sweep`: from what a person gives to a `Sweep`."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from imagewidgets.api import default_client
from imagewidgets.errors import InvalidRequestError
from imagewidgets.sweeps.space import Space
from imagewidgets.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from imagewidgets.client import Client


def sweep(
    prompt: Any = None,
    *,
    rows: Any = None,
    client: Client | None = None,
    executor: Executor | None = None,
    max_workers: int | None = None,
    take: Any = 0,
    **parameters: Any,
) -> Sweep:
    """Make many requests at once, whose prompts and parameters vary; nothing is sent before it is run.

    Whatever is given as several values (a list, a tuple, a range, an array, a column of a pandas frame, a path to a
    CSV or a text file) is an axis, and there is a cell for each combination. What is one value holds for all.

    Parameters
    ----------
    prompt
        Text with alternatives, ``"a {red|blue} fox"``, and with places for values, ``"a fox in {season}"``, which are
        given by their names: ``season=["spring", "winter"]``. ``{{`` and ``}}`` are the braces themselves. Several
        texts are an axis; they have places, and no alternatives. Without a prompt, `image` is varied.
    rows
        Values that belong together: the path of a CSV file, a list of dictionaries, or a pandas frame. Each row gives
        values for the prompt, parameters, or a prompt of its own; it is combined with the other axes.
    client
        What it is sent through; left out, the client of `configure`.
    executor
        Where requests are made: any ``concurrent.futures.Executor``, such as Dask's ``client.get_executor()``. Left
        out, threads of this process.
    max_workers
        How many requests are under way at a time, at most.
    take
        Which of several answers to each request, where there is a gallery: a number, or several.
    parameters
        Those of `generate`, or with ``image=`` those of `edit` (and without a prompt those of `create_variation`), and
        values for the places of the prompt. A name that stands in the prompt is no parameter.

    Returns
    -------
    Sweep
        Shown at the end of a cell it is a grid with a plan and a button; ``sweep.run()`` starts it, and
        ``sweep.run().wait()`` waits for it.

    Raises
    ------
    InvalidRequestError
        The arguments make no sweep, or every combination breaks a rule of its model.

    Examples
    --------
    >>> import imagewidgets as iw
    >>> foxes = iw.sweep("a {red|blue} fox in {season}", season=["spring", "winter"], size="256x256", seed=7)
    >>> print(foxes.plan)
    4 requests for 4 pictures; free: made on this machine
    >>> foxes[2].labels
    {'red|blue': 'blue', 'season': 'spring'}
    >>> len(foxes.run().wait().images)
    4
    >>> foxes.pick(2)
    >>> foxes.tally()["red|blue"]
    {'red': 0, 'blue': 1}
    """
    if executor is not None and not isinstance(executor, Executor):
        raise InvalidRequestError(
            "executor must be a concurrent.futures.Executor, such as Dask's client.get_executor(), not "
            f"{type(executor).__name__}.",
            param="executor",
        )
    if max_workers is not None and (
        isinstance(max_workers, bool) or not isinstance(max_workers, int) or max_workers < 1
    ):
        raise InvalidRequestError(
            f"max_workers is {max_workers!r}; it must be a whole number from 1 on.", param="max_workers"
        )
    space = Space.of(prompt, rows, take, parameters)
    return Sweep(space, client or default_client(), executor=executor, max_workers=max_workers)

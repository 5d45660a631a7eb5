"""Sweeps: many requests at once, whose prompts and parameters vary along axes.

============  ================================================================================
`template`    the prompt, with alternatives and places for values
`axes`        what varies
`sources`     values out of files and tables
`space`       what a sweep goes through: all of its arguments sorted
`requests`    the request of each cell
`cells`       one request, and what has become of it
`plan`        what a run would send, and what it would cost
`sequence`    the cells, and what it would take to ask for them
`picks`       which pictures were picked, and who is told of changes
`sweep`       `Sweep`
`making`      `sweep`: from what a person gives to a `Sweep`
`running`     a run: requests side by side, under the service's limits
`layout`      rows, columns and pages
`looks`       what is seen of a cell: small pictures, or why there are none
`views`       a sweep as pictures in tables, or one after the other
`keeping`     the saved view of a notebook, text, and a sheet of all pictures
`saving`      picture files and a table of them
`table`       a sweep as a table of pandas
============  ================================================================================
"""

from imagewidgets.sweeps.axes import Axis
from imagewidgets.sweeps.cells import Cell, State
from imagewidgets.sweeps.plan import Plan
from imagewidgets.sweeps.sweep import Sweep

__all__ = ["Axis", "Cell", "Plan", "State", "Sweep"]

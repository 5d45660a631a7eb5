"""Pictures that were paid for once: a folder of ordinary files that is the history, the cache and the replay store.

============  ================================================================================
`naming`      what a request is known by, and the names of files
`records`     what the recipes of recorded pictures say of the answer that they belong to
`files`       files that are whole or not there
`lookup`      the answer to a request, by names and recipes
`gallery`     `Gallery`: a folder
`catalogue`   the pictures in the order in which they were made
`table`       the pictures as a table
`pictures`    recorded pictures: search, table, grid
`stars`       which pictures have a star
`export`      a page that works from disk
`replay`      answers out of a gallery in place of a service's
`missing`     the words for one that is not there
============  ================================================================================
"""

from imagewidgets.gallery.gallery import Gallery
from imagewidgets.gallery.naming import request_digest
from imagewidgets.gallery.pictures import Picture, Pictures
from imagewidgets.gallery.replay import Replay, ReplayMode, Take

__all__ = ["Gallery", "Picture", "Pictures", "Replay", "ReplayMode", "Take", "request_digest"]

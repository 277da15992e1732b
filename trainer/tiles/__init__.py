"""From files to the tiles that members learn from: the cache, how it is filled, and the data set."""

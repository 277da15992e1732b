"""The search box: the query language of `cuefit find`, completed and explained while one types."""

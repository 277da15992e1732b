"""The side bar: the whole library, its folders, and saved searches."""

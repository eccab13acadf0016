"""The desk: what people see in a browser. One file a page, one row each in ``pages.py``."""

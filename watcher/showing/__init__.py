"""Showing: what stands, put together for whoever looks at it, at a page or a command. Nothing here is put on record."""

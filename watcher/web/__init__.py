"""What others reach by HTTP: the desk, a client's pages, the API, pushed reports, hubs, and whether the watch is well.

The only room that knows FastAPI. :mod:`watcher.web.visits` says how a route names who may call it.
"""

"""What others reach by HTTP: pushed reports, hubs, and whether the watch is well. The only room that knows FastAPI."""

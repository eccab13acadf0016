"""Charts as SVG inside the page: drawn here, readable without script, each with its text."""

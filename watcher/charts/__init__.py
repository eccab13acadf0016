"""Charts as pictures for messages: one file a chart. A message never waits for one."""

"""The demo: newspapers, a mailbox and a past, all on this machine, around the real pipeline."""

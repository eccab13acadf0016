"""People: who may sign in, as what, for how long; and the tokens of programs. The only room that knows pwdlib."""

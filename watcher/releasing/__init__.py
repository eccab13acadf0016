"""Releasing: notices to clients, drafted with the move they tell of, let go by a named person, recalled if need be.

A draft is written in the transaction of the alert. From then on everything is one more record with who, when and
why; what leaves is planned in the transaction of the release and sent by the one outbox.
"""

"""Mails that carry notices: each notice in one mail, each mail sent once, whenever the worker dies.

`composing` binds notices to a row of the outbox, `queue` gives the row to one worker for the time of a lease, `words`
puts it into words, `transport` hands it over. What is guaranteed stands in docs/adr/0012-mails-exactly-once.md.
"""

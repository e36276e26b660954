"""How one road map becomes another: rows side by side, what changes in them, and what that does to the work sent out.

`rows`: a row as a value. `reading`: the changes of an amending document, each with the row it means. `effects`: what a
changed row does to windows and assignments. `marking`: the words that differ. Nothing here writes.
"""

"""What must always be true of the portal's data, as queries that anybody can run: each names the rows that break it.

Most of it is kept by constraints and by the rules as well. These queries do not trust either: they are asked after a
restore, after a fault, and whenever somebody doubts.
"""

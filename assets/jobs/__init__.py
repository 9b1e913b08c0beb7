"""The life of a job: queued, claimed, worked on, retried, finished.

The row holds the state. A message only tells a worker to look at it, so it may arrive late, twice or never: a worker
claims the row before it starts, and `sweep` finds the rows whose message was lost.
"""

"""Signals of a change that visitors may see. Models send them inside the transaction that saves the change.

`assets.receivers` answers them with purges and publications. This module imports nothing of ours, so that any other
may import it.
"""

from __future__ import annotations

from django.dispatch import Signal

#: The original or the focal point of a saved asset changed. Sent with ``instance`` and ``using``.
original_changed = Signal()
#: A preset was created or its recipe changed. Sent with ``instance``, ``created`` and ``using``.
recipe_changed = Signal()
#: The published manifest is older than the database. Sent with ``using`` and the new ``revision``.
manifest_outdated = Signal()

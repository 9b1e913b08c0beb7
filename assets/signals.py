"""Signals of a change that visitors may see. They are sent inside the transaction that saves the change.

`assets.receivers` answers them with purges and publications. This module imports nothing of ours, so that any other
may import it.
"""

from __future__ import annotations

from django.dispatch import Signal

#: An asset was saved whose original, or what its metadata says, is to be published. Sent with ``instance``, ``using``.
original_saved = Signal()
#: An asset got another file. Sent with ``instance``, ``sha256``, which is the old file's, and ``using``.
file_replaced = Signal()
#: Storage has the original and the facts that an asset's row describes. Sent with ``instance`` and ``using``.
original_published = Signal()
#: What was published differs from what visitors may have seen before. Sent with ``instance`` and ``using``.
original_changed = Signal()
#: An asset was moved to another collection, or out of one. Sent with ``instance`` and ``using``.
collection_changed = Signal()
#: What was seen in an image changed its version. Sent with ``instance``, ``using`` and ``presets``, the names of those
#: of which storage has variants of the version before.
faces_found = Signal()
#: A preset was created or its recipe changed. Sent with ``instance``, ``created`` and ``using``.
recipe_changed = Signal()
#: The published manifest is older than the database. Sent with ``using`` and the new ``revision``.
manifest_outdated = Signal()

# Two for monitoring: `assets.metrics` listens to them.

#: A job is done or has failed. Sent with ``instance``, whose row has just been saved.
job_ended = Signal()
#: An uploaded file was examined. Sent with ``seconds`` and whether it was ``accepted``.
upload_examined = Signal()

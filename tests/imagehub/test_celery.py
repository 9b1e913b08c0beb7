"""The Celery application: its tasks, and that no message is lost with a worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from celery import current_app

from imagehub.celery import app


def test_the_tasks_of_the_app_are_registered_and_the_schedule_names_one_of_them() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_every_thread_sends_its_tasks_through_this_application() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: current_app.main).result() == "imagehub"


def test_a_message_stays_in_the_queue_until_its_task_is_done() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1

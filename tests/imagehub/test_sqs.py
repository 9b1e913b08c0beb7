"""A purge over SQS, from the request to the invalidation, with the queue that infra/task_queue.yaml describes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

from imagehub.sqs import transport_options
from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import put_variants
from tests.brokers import Relay
from tests.deployment import Deployment
from tests.machine import ROOT, wait_until
from tests.ministack import run_ministack

pytestmark = pytest.mark.long

TEMPLATE = ROOT / "infra" / "task_queue.yaml"
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/tasks"
_ASK = (
    "from assets.purge import request_purge; request_purge('sqs/a.jpg', reason='requested', action='delete_variants')"
)


class RecordingRelay(Relay):
    """Notes the operations of SQS that pass."""

    def __init__(self, target: int) -> None:
        self.operations: set[str] = set()
        super().__init__(target)

    def note(self, data: bytes) -> None:
        found = re.findall(rb"X-Amz-Target: \w+\.(\w+)|\bAction=(\w+)", data, re.IGNORECASE)
        self.operations |= {(target or action).decode() for target, action in found}


@dataclass
class Queue:
    """A stack of the template, behind a relay."""

    relay: RecordingRelay
    client: Any
    outputs: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.relay.port}{urlsplit(self.outputs['QueueUrl']).path}"

    @property
    def variables(self) -> dict[str, str]:
        return {"CELERY_BROKER_URL": f"sqs://127.0.0.1:{self.relay.port}", "CELERY_QUEUE_URL": self.url}

    def attributes(self, output: str = "QueueUrl") -> dict[str, str]:
        found = self.client.get_queue_attributes(QueueUrl=self.outputs[output], AttributeNames=["All"])
        return dict(found["Attributes"])


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queue]:
    with run_ministack(tmp_path_factory.mktemp("ministack")) as endpoint:
        port = urlsplit(endpoint).port
        assert port
        session = boto3.Session("AKID", "secret", region_name="us-east-1")
        stacks = session.client("cloudformation", endpoint_url=endpoint)
        stacks.create_stack(StackName="q", TemplateBody=TEMPLATE.read_text(), Capabilities=["CAPABILITY_IAM"])
        stacks.get_waiter("stack_create_complete").wait(StackName="q", WaiterConfig={"Delay": 1})
        (stack,) = stacks.describe_stacks(StackName="q")["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        with RecordingRelay(port) as relay:
            yield Queue(relay, session.client("sqs", endpoint_url=endpoint), outputs)


@pytest.fixture(scope="module")
def deployment(queue: Queue, local_cloudfront: LocalCloudFront, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    cdn: dict[str, Any] = {"cdn_url": local_cloudfront.url, "distribution_id": local_cloudfront.distribution_id}
    return Deployment(tmp_path_factory.mktemp("sqs"), **cdn, variables=queue.variables)


def allowed() -> set[str]:
    """The actions of the policy in the template."""
    document = re.sub(r"!\w+ ", "", TEMPLATE.read_text())
    policy = yaml.safe_load(document)["Resources"]["TaskPolicy"]["Properties"]["PolicyDocument"]
    return {action.removeprefix("sqs:") for statement in policy["Statement"] for action in statement["Action"]}


def test_a_purge_goes_through_the_queue_with_the_rights_of_the_policy_alone(
    queue: Queue, deployment: Deployment
) -> None:
    put_variants(deployment.store, "sqs/a.jpg")
    with deployment.worker():
        deployment.django(_ASK)
        state = "select state, variants_deleted, invalidation_status from imagehub_purge"
        wait_until(lambda: deployment.query(state)[0] == "done", deployment.worker_log, 60)
        assert deployment.query(state) == ["done", 3, "Completed"]
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        wait_until(lambda: {queue.attributes()[name] for name in names} == {"0"}, queue.attributes)
    assert {"SendMessage", "ReceiveMessage", "DeleteMessage"} <= queue.relay.operations <= allowed()


def test_a_message_stays_hidden_for_longer_than_any_task_and_ends_in_the_dead_letter_queue(queue: Queue) -> None:
    attributes = queue.attributes()
    assert int(attributes["VisibilityTimeout"]) == 1200
    assert queue.attributes("FailedTasksUrl")["QueueArn"] in attributes["RedrivePolicy"]


def check(deployment: Deployment, **variables: str) -> str:
    """What `check --deploy` says of the queue."""
    command = [sys.executable, "manage.py", "check", "--deploy"]
    environment = {**deployment.environment, **variables}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_check_knows_a_queue_that_is_not_there_and_one_that_is_made_by_hand(
    queue: Queue, deployment: Deployment
) -> None:
    good = check(deployment)
    assert "demo." not in good.replace("demo.W002", "")
    assert "demo.E001" in check(deployment, CELERY_QUEUE_URL=f"{queue.url}-gone")
    queue.client.create_queue(QueueName="by-hand")
    by_hand = check(deployment, CELERY_QUEUE_URL=re.sub(r"[^/]+$", "by-hand", queue.url))
    assert "demo.W003" in by_hand
    assert "after 30 seconds" in by_hand
    assert "demo.W004" in by_hand


def test_a_queue_that_is_gone_fails_no_request_and_is_not_ready(queue: Queue, deployment: Deployment) -> None:
    before = dict(deployment.variables)
    deployment.variables["CELERY_QUEUE_URL"] = f"{queue.url}-gone"
    try:
        deployment.django(_ASK.replace("a.jpg", "b.jpg"))
        states = deployment.django("from assets.probes import probe_all; print(probe_all())")
    finally:
        deployment.variables.update(before)
    assert "'broker': 'unavailable'" in states
    assert deployment.django("from assets.probes import probe_all; print(probe_all()['broker'])") == "ok"


def test_the_region_is_that_of_the_queue() -> None:
    options = transport_options("sqs://", "imagehub", QUEUE_URL, "us-east-1")
    assert (options["region"], options["is_secure"]) == ("eu-west-1", True)
    assert options["predefined_queues"] == {"imagehub": {"url": QUEUE_URL}}


@pytest.mark.parametrize(
    ("broker", "url", "text"),
    [
        ("sqs://", "", "CELERY_QUEUE_URL is ''"),
        ("sqs://", "imagehub-tasks", "CELERY_QUEUE_URL is 'imagehub-tasks'"),
        ("sqs://", "https://sqs.eu-west-1.amazonaws.com/", "Write the queue's URL"),
        ("sqs://", f"{QUEUE_URL}.fifo", "a FIFO queue"),
        ("sqs://AKID:secret@", QUEUE_URL, "has credentials"),
    ],
)
def test_a_wrong_setting_is_explained(broker: str, url: str, text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(text)) as raised:
        transport_options(broker, "imagehub", url, "us-east-1")
    assert "secret" not in str(raised.value)

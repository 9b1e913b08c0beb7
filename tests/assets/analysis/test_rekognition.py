"""Rekognition by way of boto3, against a server that keeps to botocore's model: imagehub.demo.rekognition."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from botocore.config import Config
from PIL import Image

from assets import tasks
from assets.analysis import rekognition
from assets.analysis.analyser import analyser
from assets.analysis.picture import ReducedPicture, reduce
from assets.analysis.seen import Label, ModerationLabel, Seen
from assets.errors import PermanentFailure, RetryLater
from assets.models import Analysis, Asset
from tests.assets.analysis.photographs import astronaut
from tests.assets.images import analysed_collection, make_asset
from tests.assets.job_support import Message
from tests.assets.test_cloudfront import no_other_credentials
from tests.edge.image.pictures import animation, saved
from tests.machine import ROOT
from tests.rekognition_server import Behaviour, StandIn, run_rekognition, use

OPERATIONS = list(rekognition.OPERATIONS)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with run_rekognition() as running:
        use(running, settings, monkeypatch)
        yield running


def look(picture: ReducedPicture | None = None) -> Seen:
    return analyser("rekognition").look(picture or reduce(astronaut()))


def test_all_that_was_seen_is_kept(server: StandIn) -> None:
    seen = look()
    ((left, top, _, _),) = seen.faces
    assert (330 < left < 370, 90 < top < 150) == (True, True)
    assert seen.labels == (Label("Photography", 98.5), Label("Portrait", 98.5))
    assert seen.moderation == (ModerationLabel("Alcohol", 88.0),)
    assert seen.text == "SUMMER SALE\nNASA"
    versions = {"LabelModelVersion": "3.0", "ModerationModelVersion": "7.0", "TextModelVersion": "3.0"}
    assert seen.models == versions
    assert seen.reply["DetectText"]["TextDetections"][2]["DetectedText"] == "SUMMER"
    assert "ResponseMetadata" not in seen.reply["DetectFaces"]
    assert server.asked == OPERATIONS


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_face_is_where_it_is_in_the_upright_picture(server: StandIn, orientation: int) -> None:
    ((left, top, _, _),) = look(reduce(astronaut(orientation=orientation))).faces
    assert (330 < left < 370, 90 < top < 150) == (True, True)


def test_no_face_is_no_error(server: StandIn) -> None:
    server.behaviour = Behaviour.NO_FACES
    assert look().faces == ()


def test_boxes_are_cut_off_at_the_edges_of_the_picture(server: StandIn) -> None:
    server.behaviour = Behaviour.OUTSIDE
    assert look().faces == ((0, 0, 300, 300), (800, 700, 200, 300))


@pytest.mark.parametrize("name", ["animated.gif", "cmyk.jpg", "panorama.jpg"])
def test_whatever_was_uploaded_rekognition_gets_a_jpeg_that_it_accepts(server: StandIn, name: str) -> None:
    photograph = Image.open(BytesIO(astronaut()))
    bodies = {
        "animated.gif": lambda: animation("gif", [photograph, Image.new("RGB", photograph.size)], duration=100),
        "cmyk.jpg": lambda: saved(photograph.convert("CMYK"), "jpeg"),
        "panorama.jpg": lambda: saved(Image.linear_gradient("L").resize((20_000, 5000)), "jpeg"),
    }
    seen = look(reduce(bodies[name]()))
    assert server.asked == OPERATIONS
    assert len(seen.faces) == (0 if name == "panorama.jpg" else 1)


def test_labels_that_nobody_knows_yet_are_kept(server: StandIn) -> None:
    server.behaviour = Behaviour.UNKNOWN_LABELS
    seen = look()
    assert seen.labels == (Label("Quokka Parade", 98.5),)
    assert seen.moderation == (ModerationLabel("A Category To Come", 88.0),)


@pytest.mark.parametrize("size", [(79, 500), (500, 79), (1, 1)])
def test_a_picture_that_rekognition_refuses_as_small_is_not_sent(server: StandIn, size: tuple[int, int]) -> None:
    assert look(reduce(astronaut(size))) == Seen()
    assert server.asked == []


@pytest.mark.parametrize("behaviour", [Behaviour.THROTTLED, Behaviour.OVER_QUOTA, Behaviour.FAILING])
def test_what_passes_soon_is_asked_again_by_boto3(server: StandIn, behaviour: Behaviour) -> None:
    server.following = [behaviour]
    assert look().faces
    assert server.asked == ["DetectFaces", *OPERATIONS]


@pytest.mark.parametrize(
    ("behaviour", "code"), [(Behaviour.THROTTLED, "ThrottlingException"), (Behaviour.FAILING, "InternalServerError")]
)
def test_what_lasts_is_asked_again_by_the_job(
    server: StandIn, monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour, code: str
) -> None:
    monkeypatch.setattr(rekognition, "_CONFIG", Config(retries={"mode": "standard", "total_max_attempts": 2}))
    server.behaviour = behaviour
    with pytest.raises(RetryLater, match=f"^Rekognition answered {code}: "):
        look()
    assert server.asked == ["DetectFaces"] * 2


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_missing_right_names_the_action_and_the_region(server: StandIn, operation: str) -> None:
    server.following = [Behaviour.NORMAL] * OPERATIONS.index(operation) + [Behaviour.DENIED]
    with pytest.raises(PermanentFailure, match=rf"Allow rekognition:{operation} on \* in eu-west-1\.$"):
        look()


@pytest.mark.parametrize("behaviour", [Behaviour.TOO_LARGE, Behaviour.WRONG_FORMAT])
def test_a_refused_picture_is_not_sent_again_and_its_size_is_told(server: StandIn, behaviour: Behaviour) -> None:
    server.behaviour = behaviour
    with pytest.raises(PermanentFailure, match=r"The JPEG sent has 512 × 512 pixels and \d+ bytes\.$"):
        look()
    assert server.asked == ["DetectFaces"]


def test_aws_itself_refuses_more_bytes_than_a_call_may_carry(server: StandIn) -> None:
    large = ReducedPicture(reduce(astronaut()).body.ljust(5_242_881, b"\0"), 512, 512)
    with pytest.raises(PermanentFailure, match=r"ValidationException: .*at most 5242880.* 5242881 bytes\.$"):
        look(large)


def test_wrong_credentials_are_a_permanent_failure(server: StandIn) -> None:
    server.behaviour = Behaviour.WRONG_KEY
    with pytest.raises(PermanentFailure, match="Check the AWS credentials"):
        look()


def test_missing_credentials_are_a_permanent_failure(
    server: StandIn, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_other_credentials(tmp_path, monkeypatch)
    with pytest.raises(PermanentFailure, match=r"^Rekognition cannot be called: .*credentials"):
        look()


@pytest.mark.parametrize("behaviour", [Behaviour.NO_JSON, Behaviour.INCOMPLETE])
def test_a_reply_that_is_none_is_asked_for_again(server: StandIn, behaviour: Behaviour) -> None:
    server.behaviour = behaviour
    with pytest.raises(RetryLater, match="reply to DetectFaces has no FaceDetails"):
        look()
    assert server.asked == ["DetectFaces"]


def test_a_reply_with_members_of_other_types_is_asked_for_again(server: StandIn) -> None:
    server.behaviour = Behaviour.WRONG_TYPES
    with pytest.raises(RetryLater, match="reply to DetectFaces cannot be read: TypeError"):
        look()


def test_what_databases_refuse_is_replaced_before_it_is_stored(server: StandIn) -> None:
    server.behaviour = Behaviour.UNSTORABLE
    seen = look()
    assert [label.name for label in seen.labels] == ["Nul�label", "Half �"]
    assert seen.text == "NUL� AND HALF �\nNASA"
    assert "NUL� AND" in json.dumps(seen.reply, ensure_ascii=False)


def test_a_reply_with_half_a_face_is_asked_for_again(server: StandIn) -> None:
    server.behaviour = Behaviour.HALF_A_FACE
    with pytest.raises(RetryLater, match="reply to DetectFaces cannot be read: KeyError: 'Left'"):
        look()


def test_an_answer_that_takes_too_long_is_asked_for_again(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekognition, "_CONFIG", Config(read_timeout=0.2, retries={"total_max_attempts": 1}))
    server.behaviour = Behaviour.SLOW
    with pytest.raises(RetryLater, match=r"does not answer: .*timeout"):
        look()


def test_the_policy_of_the_docs_allows_what_is_called_and_no_more() -> None:
    (policy,) = re.findall(r"```json\n(.+?)```", (ROOT / "docs" / "analysis.md").read_text(), re.DOTALL)
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Action"] == [f"rekognition:{operation}" for operation in OPERATIONS]


def test_a_region_without_rekognition_is_named(server: StandIn, settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER_REGION": "xx-nowhere-1", "ANALYSER_ENDPOINT": ""}
    with pytest.raises(PermanentFailure, match=r"'xx-nowhere-1': Rekognition is in .*eu-west-1"):
        look()


def test_a_name_that_is_no_region_is_named(server: StandIn, settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER_REGION": "no region", "ANALYSER_ENDPOINT": ""}
    with pytest.raises(PermanentFailure, match="Check ANALYSER_REGION, which is 'no region'"):
        look()


def test_an_endpoint_without_a_server_is_asked_again(server: StandIn, settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER_ENDPOINT": "http://127.0.0.1:9"}
    with pytest.raises(RetryLater, match="does not answer"):
        look()


@pytest.mark.django_db(transaction=True)
def test_a_task_writes_down_all_that_was_seen(server: StandIn, sent: list[Message]) -> None:
    make_asset(body=astronaut(), collection=analysed_collection())
    tasks.run_analysis(Analysis.objects.get().pk)
    row = Analysis.objects.get()
    assert (row.state, row.text) == (Analysis.State.DONE, "SUMMER SALE\nNASA")
    assert row.labels[1] == {"name": "Portrait", "confidence": 98.5}
    assert row.moderation == [{"name": "Alcohol", "confidence": 88.0, "parent": ""}]
    assert row.model_versions["ModerationModelVersion"] == "7.0"
    assert set(row.reply) == set(OPERATIONS)
    assert Asset.objects.get().faces == row.faces != []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("behaviour", "state", "error"),
    [
        (Behaviour.NO_JSON, Analysis.State.QUEUED, "has no FaceDetails"),
        (Behaviour.DENIED, Analysis.State.FAILED, "Allow rekognition:DetectFaces"),
    ],
)
def test_a_look_that_fails_blocks_no_upload(
    server: StandIn, sent: list[Message], behaviour: Behaviour, state: str, error: str
) -> None:
    server.behaviour = behaviour
    make_asset(body=astronaut(), collection=analysed_collection())
    tasks.run_analysis(Analysis.objects.get().pk)
    row, asset = Analysis.objects.get(), Asset.objects.get()
    assert row.state == state
    assert error in row.error
    assert (asset.state, asset.faces) == (Asset.State.PUBLISHED, None)

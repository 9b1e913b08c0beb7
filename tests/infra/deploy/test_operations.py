"""Runs docs/operations.md from an empty account to the removal of the stack, and after a lost database.

ministack is the control plane. Images are in a real S3 server, the deployed zips render the first one, and visitors'
requests go to the local CloudFront.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from PIL import Image

from edge.contract.policy import BAKED
from edge.storage.objects.location import open_store, spell_bucket
from edge.storage.objects.store import Store
from infra.deploy.aws import Aws
from infra.deploy.stack import require_stack
from infra.deploy.status import deployed_build
from infra.local.cloudfront import LocalCloudFront
from tests.assets.images import image_file
from tests.docs.markdown import Page
from tests.docs.tutorial import Tutorial
from tests.infra.deploy.deployed_zips import run_deployed, write_packages
from tests.machine import ROOT, wait_until
from tests.ministack import supported
from tests.s3server import S3Server

PAGE = Page.read(ROOT / "docs" / "operations.md")
STACK, BUCKET = "imagehub", "example-images"
KEY = "photos/first.jpg"

#: Commands that need what is not here, each with what shows it instead.
NOT_RUN = {
    "aws iam attach-role-policy": "the roles are the operator's; tests/assets/test_permissions.py has what they need",
    "git pull": "the checkout is what is tested",
    "aws cloudformation deploy": "tests/infra/deploy/test_rights.py checks the template",
    "aws s3 sync": "AWS's command line is not installed with imagehub; below, boto3 copies the same objects",
    "aws s3 cp": "as for sync",
    "aws s3api create-bucket": "as for sync",
    "make deploy STACK=imagehub2": "tests/infra/deploy/test_update.py: a stack is created with a bucket that was kept",
    'make deploy PARAMETERS="CodeBucket=example-code BucketName=example-media': (
        "tests/infra/deploy/test_existing_bucket.py: a bucket of others keeps its rules"
    ),
    'make deploy PARAMETERS="CodeBucket=example-code BucketName=example-images BucketRegion': (
        "tests/infra/deploy/test_two_stacks.py: the bucket is in a second stack"
    ),
    "make deploy": "runs in the next block",
}
#: Sections whose commands tests/assets/management/commands/test_check_storage.py runs, with old variants.
ELSEWHERE = ("Old variants",)

pytestmark = [pytest.mark.s3, pytest.mark.services, pytest.mark.long]


@pytest.fixture(scope="module")
def environment(ministack: str, s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For every command of the page; the simulation of AWS and the S3 server have the same credentials."""
    folder = tmp_path_factory.mktemp("account")
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "TZ")}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
        "AWS_ENDPOINT_URL": ministack,
        "AWS_ACCESS_KEY_ID": s3_server.credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": s3_server.credentials.secret_key,
        "AWS_EC2_METADATA_DISABLED": "true",
        "DATA_DIR": str(folder / "data"),
        "IMAGEHUB_S3_ENDPOINT": s3_server.endpoint,
        "DJANGO_SUPERUSER_USERNAME": "admin",
        "DJANGO_SUPERUSER_EMAIL": "admin@example.org",
        "DJANGO_SUPERUSER_PASSWORD": "correct-horse-battery",
    }


class Operator:
    """Somebody who follows the page, in a checkout whose ``var/`` is a folder of the test."""

    def __init__(self, folder: Path, environment: dict[str, str], s3: S3Server) -> None:
        self.folder, self.environment, self.s3 = folder, environment, s3
        self.var = folder / "var"
        self.var.mkdir()
        self.template = folder / "template.yaml"
        self.template.write_text(supported((ROOT / "infra/template.yaml").read_text()))
        self.tutorial = Tutorial(PAGE, folder, environment)
        venv = Path(sys.executable).parent.parent
        make = f"make --no-print-directory --directory={ROOT} VENV={venv} --old-file={venv}/.dev deploy"
        manage = f"python {ROOT / 'manage.py'}"
        self.tutorial.replace(
            {
                'make deploy PARAMETERS="': f'{make} PARAMETERS="$OPTIONS ',
                "$ make deploy\n": f'$ {make} PARAMETERS="$OPTIONS"\n',
                "rollback 3f9c2a71d04b8e65": "rollback $DIGEST --yes --no-smoke --env-file $ENV_FILE",
                "infra.deploy destroy": "infra.deploy destroy --yes",
                "$PWD/var/": f"{self.var}/",
                ". var/": f". {self.var}/",
                "--schedule=var/": f"--schedule={self.var}/",
                "python manage.py": manage,
                "createsuperuser": "createsuperuser --noinput",
                "'photo.jpg', 'rb'": f"'{folder}/photo.jpg', 'rb'",
                "--output first.jpg": f"--output {folder}/first.jpg",
                "$IMAGEHUB_CDN_URL": "$LOCAL_CDN",
                "access.log.gz": f"{folder}/access.log.gz",
            }
        )
        self.run(f"export PYTHONPATH={shlex.quote(str(ROOT))} ENV_FILE={self.var}/imagehub.env")
        (folder / "photo.jpg").write_bytes(image_file(size=(900, 600)))

    def run(self, command: str) -> str:
        return self.tutorial.run(command)

    def use_packages(self, name: str, policy: Path) -> None:
        """Deploy other packages from now on; building them again would download wheels."""
        folder = self.folder / name
        folder.mkdir()
        write_packages(folder, policy)
        options = f"--yes --no-smoke --template {self.template} --packages {folder} --env-file $ENV_FILE"
        self.run(f'export OPTIONS="{options}"')

    def execute(self, *headings: str) -> None:
        self.tutorial.execute(*headings)

    def replace(self, texts: dict[str, str]) -> None:
        self.tutorial.replace(texts)

    @property
    def settings(self) -> dict[str, str]:
        lines = (self.var / "imagehub.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def store(self) -> Store:
        return open_store(self.location, lambda: self.s3.credentials)

    @property
    def location(self) -> str:
        return spell_bucket(BUCKET, self.s3.region, self.s3.endpoint)

    def django(self, expression: str) -> str:
        return self.run(f'python {ROOT}/manage.py shell --verbosity 0 -c "{expression}"').strip()

    def variants(self) -> set[str]:
        return set(self.store.list(f"variants/{KEY}/"))


def policy_with(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps(json.loads(BAKED.read_text()) | changes))
    return path


def clients(environment: dict[str, str], endpoint: str | None = None) -> Callable[[str], Any]:
    session = boto3.Session(
        environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1"
    )
    open_client: Any = session.client  # which has types for the services of its stubs alone
    return lambda service: open_client(service, endpoint_url=endpoint or environment["AWS_ENDPOINT_URL"])


@pytest.fixture(scope="module")
def aws(environment: dict[str, str]) -> Aws:
    found, client = Aws(), clients(environment)
    found.__dict__.update(cloudformation=client("cloudformation"), s3=client("s3"))
    return found


@pytest.fixture(scope="module")
def operator(
    environment: dict[str, str], s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Operator]:
    found = Operator(tmp_path_factory.mktemp("operator"), environment, s3_server)
    with found.tutorial.running():
        yield found


@pytest.fixture(scope="module")
def deployed(operator: Operator, environment: dict[str, str]) -> Iterator[Operator]:
    """The operator after step 1, with a CloudFront before the bucket."""
    operator.use_packages("first", BAKED)
    operator.execute("Step 1: deploy")
    clients(environment, operator.s3.endpoint)("s3").create_bucket(Bucket=BUCKET)
    options = (f"--distribution-id={operator.settings['IMAGEHUB_DISTRIBUTION_ID']}", "--invalidation-seconds=0.2")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, environment[name])
        with LocalCloudFront(store=operator.location, data=operator.folder / "cdn", options=options) as cdn:
            # A variable of the process counts before the env file's, and CloudFront is not at its own address here.
            operator.run(
                f"export LOCAL_CDN={cdn.url} IMAGEHUB_CDN_URL={cdn.url} IMAGEHUB_CLOUDFRONT_ENDPOINT={cdn.url}"
            )
            yield operator


def test_the_page_from_an_empty_account_to_its_removal(
    deployed: Operator, aws: Aws, environment: dict[str, str], tmp_path: Path
) -> None:
    operator = deployed
    operator.execute("Step 2: start Django")
    _first_image(operator, aws, environment, tmp_path)
    _purge(operator)
    _update_and_roll_back(operator, aws, tmp_path)
    _warm(operator)
    _lose_an_original(operator)
    _lose_the_database(operator)
    _sign(operator, aws, environment)
    operator.execute("Step 8: remove")
    assert operator.store.head(f"originals/{KEY}").size > 0


def _first_image(operator: Operator, aws: Aws, environment: dict[str, str], tmp_path: Path) -> None:
    """The zips in the code bucket render it, before the local CloudFront serves it from the bucket."""
    publish, view = operator.tutorial.page.section("Step 3: the first image").blocks[0].body.split("$ . ", 1)
    operator.run(operator.tutorial.substitute(publish.removeprefix("$ ").replace("\\\n", " ")))
    uri, *reply = run_deployed(aws, STACK, tmp_path, f"/{KEY}?w=300", operator.location, environment)
    assert reply == ["200", "image/webp"]
    rendered = operator.variants()
    assert len(rendered) == 1
    assert next(iter(rendered)).rsplit("/", 1)[1] == uri.rsplit("/", 1)[1] == "w300.webp"
    for command in operator.tutorial.substitute("$ . " + view).split("$ ")[1:]:
        operator.run(command.strip())
    operator.run('export IMAGEHUB_CDN_URL="$LOCAL_CDN"')
    with Image.open(operator.folder / "first.jpg") as shown:
        assert shown.size == (300, 200)


def _purge(operator: Operator) -> None:
    operator.execute("Step 4: purge")
    state = "from assets.models import Purge; print(Purge.objects.latest('pk').state)"
    wait_until(lambda: operator.django(state) == "done", lambda: operator.tutorial.terminals["worker"].output, 60)
    assert operator.variants() == set()


def _update_and_roll_back(operator: Operator, aws: Aws, tmp_path: Path) -> None:
    """Another policy is another rev. The earlier build comes back by its digest."""
    before = deployed_build(require_stack(aws, STACK))
    operator.use_packages("second", policy_with(tmp_path / "policy.json", quality=60))
    operator.execute("Step 5: update")
    assert deployed_build(require_stack(aws, STACK)) != before
    operator.run(f"export DIGEST={before}")
    operator.execute("Step 6: roll back")
    assert deployed_build(require_stack(aws, STACK)) == before


def _warm(operator: Operator) -> None:
    operator.django("from assets.models import Preset; Preset(name='card', width=150, height=150).save()")
    fields = f"#Fields: sc-status cs-uri-stem cs-uri-query\n200\t/{KEY}\tw=600\n"
    (operator.folder / "access.log.gz").write_bytes(gzip.compress(fields.encode()))
    operator.execute("Upgrade")
    slugs = {name.rsplit("/", 1)[1].partition(".")[0] for name in operator.variants()}
    assert {"w600", "p"} <= slugs


def _lose_an_original(operator: Operator) -> None:
    """boto3 copies it, as AWS's command line does, with its metadata."""
    client = clients(operator.environment, operator.s3.endpoint)("s3")
    client.create_bucket(Bucket="example-backup")
    _copy(client, BUCKET, "example-backup")
    client.delete_object(Bucket=BUCKET, Key=f"originals/{KEY}")
    with pytest.raises(AssertionError, match="row without original"):
        operator.run(f"python {ROOT}/manage.py check_storage")
    _copy(client, "example-backup", BUCKET)
    operator.execute("Backups")


def _copy(client: Any, source: str, target: str) -> None:
    key = f"originals/{KEY}"
    client.copy_object(Bucket=target, Key=key, CopySource={"Bucket": source, "Key": key})


def _lose_the_database(operator: Operator) -> None:
    url = "from assets.models import Asset; from assets.links import img_url; print(img_url(Asset.objects.get(), 300))"
    before = operator.django(url)
    with operator.tutorial.running():  # the worker goes on with the database that it knows
        operator.run(f"export DATABASE_URL=sqlite:///{operator.folder}/restored.sqlite3")
        operator.run(f"python {ROOT}/manage.py migrate --verbosity 0")
        listed = operator.run(f"python {ROOT}/manage.py rebuild_from_bucket")
    assert f"image {KEY}: made again" in listed
    assert "preset card: made again" in listed
    assert operator.django(url) == before


def _sign(operator: Operator, aws: Aws, environment: dict[str, str]) -> None:
    """The policy names the secret in the simulation's Secrets Manager, with the stack's own first key."""
    location = f"secretsmanager:{STACK}/signing-keys?region=us-east-1"
    blocks = operator.tutorial.page.section("Step 7: signing keys").blocks
    operator.tutorial._execute(blocks[0])
    assert require_stack(aws, STACK).outputs["SigningSecretLocation"] == location
    policy = policy_with(operator.var / "policy.json", secret=f"{location}&endpoint={environment['AWS_ENDPOINT_URL']}")
    # The simulation makes passwords of other characters than the template asks for, and those are no key.
    secrets = clients(environment)("secretsmanager")
    for created, name in enumerate(("first", "second")):
        key = {"id": name, "created": created, "key": bytes(range(created, 32 + created)).hex()}
        secrets.put_secret_value(SecretId=f"{STACK}/signing-keys", SecretString=json.dumps(key))
    operator.use_packages("signed", policy)
    for block in blocks[1:]:
        operator.tutorial._execute(block)


def test_every_command_is_run_or_has_a_reason() -> None:
    manual = "\n".join(block.body for block in PAGE.blocks if "manual" in block.options)
    commands = re.findall(r"^\$ (.+)", manual, re.MULTILINE)
    assert commands
    unexplained = [each for each in commands if not any(each.startswith(known) for known in NOT_RUN)]
    assert unexplained == []
    assert [known for known in NOT_RUN if not any(each.startswith(known) for each in commands)] == []


def test_every_section_with_commands_is_run() -> None:
    source = Path(__file__).read_text()
    for heading in PAGE.sections:
        blocks = [block for block in PAGE.section(heading).blocks if "manual" not in block.options]
        assert {block.language for block in blocks} <= {"console"}, heading
        if blocks:
            assert f'"{heading}"' in source, heading


def test_what_is_not_run_is_marked_on_the_page() -> None:
    for heading in PAGE.sections:
        section = PAGE.section(heading)
        outside = [block.body for block in section.blocks if "manual" in block.options and "git pull" not in block.body]
        if outside:
            assert "*Not run:*" in section.prose, heading

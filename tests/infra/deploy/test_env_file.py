"""The file that Django reads."""

from __future__ import annotations

from pathlib import Path

from infra.deploy.env_file import read_env, write_env


def test_other_lines_stay(tmp_path: Path) -> None:
    path = tmp_path / "new" / "imagehub.env"
    write_env(path, {"AWS_REGION": "eu-west-1"})
    path.write_text(f"# ours\nSECRET_KEY=a=b\n{path.read_text()}")
    write_env(path, {"AWS_REGION": "us-east-1", "IMAGEHUB_BUCKET": "images"})
    assert path.read_text() == "# ours\nSECRET_KEY=a=b\nAWS_REGION=us-east-1\nIMAGEHUB_BUCKET=images\n"
    assert read_env(path) == {"SECRET_KEY": "a=b", "AWS_REGION": "us-east-1", "IMAGEHUB_BUCKET": "images"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_file_has_no_variables(tmp_path: Path) -> None:
    assert read_env(tmp_path / "absent.env") == {}

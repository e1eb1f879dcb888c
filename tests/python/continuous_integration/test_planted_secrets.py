"""Secrets are planted where they belong, in the environment; nothing that dbt or the scripts write may hold one."""

import gzip
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from .conftest import serve

REPOSITORY = Path(__file__).resolve().parents[3]
SECRET_VARIABLES = (
    "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE",
    "SNOWFLAKE_PASSWORD",
    "SNOWFLAKE_TOKEN",
    "DBT_ENV_SECRET_SNOWFLAKE_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
)
PLANTED = {name: f"planted-{number}-{name[::-1].lower()}" for number, name in enumerate(SECRET_VARIABLES)}
PLANTED["STORE_MATCHING_ALERT_WEBHOOK"] = "https://hooks.example.com/planted-webhook-4718"
PASSPHRASE = PLANTED["SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"]
SETTINGS = {
    "SNOWFLAKE_ACCOUNT": "org-account",
    "SNOWFLAKE_USER": "LOADER",
    "SNOWFLAKE_ROLE": "STORE_TRANSFORMER",
    "SNOWFLAKE_WAREHOUSE": "STORE_TRANSFORM",
    "SNOWFLAKE_DATABASE": "STORE_MATCHING",
}
# A table for every question: dbt asks whether a table exists, which no account is here to answer.
COMPILE = """
import sys
sys.path.insert(0, ".")
from dbt.cli.main import dbtRunner
from store_matching.operations.snowflake_rendering import every_table_exists
with every_table_exists():
    outcome = dbtRunner().invoke(sys.argv[1:])
sys.exit(0 if outcome.success else 1)
"""


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """A private key file that opens with the planted passphrase."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = tmp_path_factory.mktemp("key") / "key.p8"
    protection = BestAvailableEncryption(PASSPHRASE.encode())
    file.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
    return file


@pytest.fixture
def environment(key):
    """This process's environment with every secret planted."""
    content = key.read_text()
    return {
        **os.environ,
        **SETTINGS,
        **PLANTED,
        "SNOWFLAKE_PRIVATE_KEY_PATH": str(key),
        "SNOWFLAKE_PRIVATE_KEY": content,
    }


def secrets_of(key):
    """Every planted text, the lines of the key among them."""
    return [*PLANTED.values(), *(line for line in key.read_text().splitlines() if "-----" not in line)]


def places_of(secrets, folder, outcome):
    """Files below `folder`, and outputs of a process, that hold one of the secrets."""
    texts = {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    texts |= {"standard output": outcome.stdout.encode(), "standard error": outcome.stderr.encode()}
    return sorted(name for name, text in texts.items() if any(secret.encode() in text for secret in secrets))


def compiled(project, profiles, work, environment, *options):
    """Compile a project with a profile of this repository; return the folder of everything written, and the process."""
    (work / "profiles").mkdir()
    (work / "profiles" / "profiles.yml").write_text(profiles.read_text())
    out = work / "out"
    folders = ["--target-path", str(out), "--log-path", str(out), "--profiles-dir", str(work / "profiles")]
    command = ["compile", "--log-level", "debug", "--target", "snowflake", "--no-populate-cache", *options, *folders]
    arguments = [sys.executable, "-c", COMPILE, *command, "--project-dir", str(project)]
    return out, subprocess.run(arguments, cwd=REPOSITORY, env=environment, capture_output=True, text=True)


@pytest.mark.long
def test_what_dbt_compiles_for_snowflake_holds_no_secret(repository, tmp_path, environment, key):
    selected = ["--no-introspect", "--select", "path:models/gold", "path:models/mart"]
    out, outcome = compiled(repository, repository / "profiles.example.yml", tmp_path, environment, *selected)
    assert outcome.returncode == 0, outcome.stdout
    written = {file.name for file in out.rglob("*") if file.is_file()}
    assert {"manifest.json", "run_results.json", "partial_parse.msgpack", "dbt.log", "gold_stores.sql"} <= written
    assert places_of(secrets_of(key), out, outcome) == []
    # What is no secret is written, by the same search: the search is able to find.
    assert places_of(["STORE_MATCHING"], out, outcome)


def test_the_profile_of_the_workflows_keeps_the_identity_of_the_job(repository, tmp_path, environment, key):
    settings = {"name": "small", "config-version": 2, "profile": "store_matching"}
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    (project / "models" / "one.sql").write_text("select 1 as store_id")
    out, outcome = compiled(project, repository / ".github/dbt/profiles.yml", tmp_path, environment)
    assert outcome.returncode == 0, outcome.stdout
    assert (out / "manifest.json").is_file()
    assert places_of(secrets_of(key), out, outcome) == []


def test_a_connection_that_is_refused_tells_no_secret(repository, tmp_path, environment, key):
    logins = []

    class Snowflake(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if "login" in self.path:
                logins.append(json.loads(gzip.decompress(body))["data"])
            answer = json.dumps({"success": False, "code": "390144", "message": "JWT token is invalid.", "data": None})
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_):
            pass

    out = tmp_path / "out"
    with serve(Snowflake, "127.0.0.1") as url:
        profile = yaml.safe_load((repository / "profiles.example.yml").read_text())
        address = {"host": "127.0.0.1", "port": int(url.rpartition(":")[2]), "protocol": "http"}
        profile["store_matching"]["outputs"]["snowflake"] |= address
        (tmp_path / "profiles.yml").write_text(yaml.safe_dump(profile))
        options = [
            "--log-level",
            "debug",
            "--target",
            "snowflake",
            "--log-path",
            str(out),
            "--profiles-dir",
            str(tmp_path),
        ]
        command = [str(Path(sys.executable).parent / "dbt"), "debug", *options]
        outcome = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True)
    assert "JWT token is invalid" in outcome.stdout
    signed = [login["TOKEN"] for login in logins if "TOKEN" in login]
    assert signed, "nobody signed in"
    assert places_of([*secrets_of(key), *signed], out, outcome) == []


def debug(repository, tmp_path, environment):
    (tmp_path / "profiles.yml").write_text((repository / "profiles.example.yml").read_text())
    command = [sys.executable, "scripts/debug_connection.py", "--target", "snowflake"]
    environment = environment | {"DBT_PROFILES_DIR": str(tmp_path)}
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True)


def test_make_debug_tells_no_passphrase_that_is_wrong(repository, tmp_path, environment, key):
    wrong = "another-planted-passphrase-4719"
    outcome = debug(repository, tmp_path, environment | {"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": wrong})
    assert "does not open with this passphrase" in outcome.stdout
    assert places_of([*secrets_of(key), wrong], tmp_path, outcome) == []


def test_make_debug_tells_no_key_that_stands_where_its_path_belongs(repository, tmp_path, environment, key):
    outcome = debug(repository, tmp_path, environment | {"SNOWFLAKE_PRIVATE_KEY_PATH": key.read_text()})
    assert outcome.returncode == 1
    assert "SNOWFLAKE_PRIVATE_KEY_PATH holds a key, not the path of a file" in outcome.stdout
    assert places_of(secrets_of(key), tmp_path, outcome) == []


def test_a_model_that_writes_a_secret_would_be_found(make_dbt_project, monkeypatch):
    project = make_dbt_project()
    project.write("models/leak.sql", "select '{{ env_var(\"SNOWFLAKE_PASSWORD\") }}' as secret")
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", PLANTED["SNOWFLAKE_PASSWORD"])
    target = project.root / "target"
    assert project.invoke("compile", "--target-path", str(target)).success
    nothing = subprocess.CompletedProcess([], 0, stdout="", stderr="")
    found = {Path(file).name for file in places_of(PLANTED.values(), target, nothing)}
    assert {"manifest.json", "leak.sql", "run_results.json"} <= found

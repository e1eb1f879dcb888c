"""`make debug`: what is wrong with a connection, and what to do about it."""

import subprocess
import sys

import duckdb
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from store_matching.operations.connection_check import (
    check_duckdb,
    check_private_key,
    explain_answer,
    find_problems,
)
from store_matching.operations.connection_profile import ProfileError, find_profiles_file, read_target

HOLDER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def snowflake_target(repository, tmp_path, monkeypatch):
    """Function: the shipped Snowflake target under some environment variables."""

    def read(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, str(value))
        return read_target(repository / "profiles.example.yml", "store_matching", "snowflake")

    return read


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key, passphrase=None):
    protection = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


def test_names_the_process_that_holds_the_database(tmp_path):
    file = tmp_path / "stores.duckdb"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline().strip() == "open"
        (problem,) = check_duckdb("stores.duckdb", tmp_path)
    finally:
        holder.communicate()

    assert f"in use by process {holder.pid}" in problem.what
    assert str(file) in problem.what
    assert f"kill {holder.pid}" in problem.mend


def test_accepts_a_free_and_an_absent_database(tmp_path):
    duckdb.connect(str(tmp_path / "there.duckdb")).close()

    assert check_duckdb("there.duckdb", tmp_path) == []
    assert check_duckdb("not_yet.duckdb", tmp_path) == []
    assert not (tmp_path / "not_yet.duckdb").exists()


def test_names_what_is_wrong_with_the_database_file(tmp_path):
    (tmp_path / "text.duckdb").write_text("no database at all " * 1000)

    assert "is not a DuckDB database" in check_duckdb("text.duckdb", tmp_path)[0].what
    assert "mkdir -p" in check_duckdb("absent/stores.duckdb", tmp_path)[0].mend
    assert "is a folder" in check_duckdb(".", tmp_path)[0].what
    assert "in memory" in check_duckdb(":memory:", tmp_path)[0].what


def test_names_the_unset_variables_of_snowflake(snowflake_target, tmp_path):
    problems = find_problems(snowflake_target(SNOWFLAKE_ACCOUNT="a-b"), tmp_path)

    assert [problem.mend for problem in problems] == [
        "set the environment variable SNOWFLAKE_USER",
        "set the environment variable SNOWFLAKE_PRIVATE_KEY_PATH",
    ]


def test_accepts_complete_snowflake_settings(snowflake_target, tmp_path, key):
    (tmp_path / "key.p8").write_bytes(pem(key))
    target = snowflake_target(SNOWFLAKE_ACCOUNT="a-b", SNOWFLAKE_USER="u", SNOWFLAKE_PRIVATE_KEY_PATH="key.p8")

    assert find_problems(target, tmp_path) == []


def test_refuses_an_address_as_account(snowflake_target, tmp_path, key):
    (tmp_path / "key.p8").write_bytes(pem(key))
    target = snowflake_target(
        SNOWFLAKE_ACCOUNT="a-b.snowflakecomputing.com",
        SNOWFLAKE_USER="u",
        SNOWFLAKE_PRIVATE_KEY_PATH="key.p8",
    )

    assert ["a-b.snowflakecomputing.com" in problem.what for problem in find_problems(target, tmp_path)] == [True]


def test_says_what_is_wrong_with_the_private_key(tmp_path, key):
    def check(content, passphrase=""):
        (tmp_path / "key.p8").write_bytes(content)
        return [
            problem.what.removeprefix(f"{tmp_path}/") for problem in check_private_key(tmp_path / "key.p8", passphrase)
        ]

    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert check(pem(key)) == []
    assert check(pem(key, b"secret"), "secret") == []
    assert check(pem(key, b"secret")) == ["key.p8 is protected by a passphrase"]
    assert check(pem(key, b"secret"), "wrong") == ["key.p8 does not open with this passphrase"]
    assert check(pem(key), "secret") == ["key.p8 has no passphrase"]
    assert check(b"nonsense") == ["key.p8 is no private key in PEM form"]
    assert check(public) == ["key.p8 is the public key"]
    assert "does not exist" in check_private_key(tmp_path / "absent.p8", "")[0].what


def test_never_shows_the_passphrase(tmp_path, key):
    (tmp_path / "key.p8").write_bytes(pem(key, b"secret"))

    assert "hunter2" not in str(check_private_key(tmp_path / "key.p8", "hunter2"))


def test_explains_known_answers_of_snowflake():
    assert "rsa_public_key" in explain_answer("250001 (08001): JWT token is invalid. [0ce]")
    assert "grant role" in explain_answer("Role 'X' specified in the connect string does not exist or not authorized.")
    assert explain_answer("something new") is None


def test_says_where_a_profile_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    with pytest.raises(ProfileError, match=r"no profiles\.yml in .*make build"):
        find_profiles_file(tmp_path)
    monkeypatch.setenv("DBT_PROFILES_DIR", str(tmp_path / "named"))
    with pytest.raises(ProfileError, match="DBT_PROFILES_DIR"):
        find_profiles_file(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [", "not valid YAML"),
        ("other: {}", "no profile 'store_matching'"),
        ("store_matching: {outputs: {prod: {type: duckdb}}}", "choose one of prod"),
        (
            "store_matching: {outputs: {duckdb: {path: \"{{ env_var('NOT_SET_ANYWHERE') }}\"}}}",
            "NOT_SET_ANYWHERE",
        ),
    ],
)
def test_says_what_is_wrong_with_the_profile(content, message, tmp_path):
    (tmp_path / "profiles.yml").write_text(content)

    with pytest.raises(ProfileError, match=message):
        read_target(tmp_path / "profiles.yml", "store_matching", "duckdb")

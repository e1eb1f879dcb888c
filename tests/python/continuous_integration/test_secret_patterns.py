"""What looks like a secret in a file that git tracks is found, and is not printed."""

import random
import string
import subprocess
import sys

import pytest

from store_matching.continuous_integration.secret_patterns import find_secrets


def letters(count):
    """Characters of a secret, made here: one that stood in this file would be found in it."""
    return "a1" + "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=count - 2))


def key_text(kind):
    return f"-----BEGIN {kind}-----\n{letters(64)}\n-----END {kind}-----\n"


SECRETS = {
    "an encrypted key": (key_text("ENCRYPTED " + "PRIVATE KEY"), "private key"),
    "a key": (key_text("RSA " + "PRIVATE KEY"), "private key"),
    "a key in one line of JSON": (key_text("PRIVATE " + "KEY").replace("\n", "\\n"), "private key"),
    "a token": ("token: ghp_" + letters(36), "GitHub token"),
    "a fine-grained token": ("github_pat_" + letters(70), "GitHub token"),
    "a cloud key": ("AKIA" + "ABCDEFGHIJ234567", "AWS access key"),
    "a web token": (f"eyJ{letters(20)}.eyJ{letters(30)}.{letters(20)}", "JSON web token"),
    "a chat token": ("xoxb-" + letters(30), "Slack token or webhook"),
    "a password in YAML": (f'  password: "{letters(16)}"', "password or passphrase"),
    "a passphrase in a variable": (f"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE = '{letters(14)}'", "password or passphrase"),
    "a password in an address": (f"postgresql://loader:{letters(12)}@db.example.com/ops", "password in an address"),
}


@pytest.mark.parametrize("case", SECRETS)
def test_a_planted_secret_is_found_with_its_row_and_is_not_told(case):
    text, kind = SECRETS[case]
    (finding,) = find_secrets("settings.yml", f"# first\n{text}\n")
    assert (finding.row, finding.kind) == (2, kind)
    assert "settings.yml:2" in str(finding)
    assert letters(36)[:12] not in str(finding)


@pytest.mark.parametrize(
    "text",
    [
        "private_key_passphrase: \"{{ env_var('SNOWFLAKE_PRIVATE_KEY_PASSPHRASE', '') }}\"",
        "GITHUB_TOKEN: ${{ github.token }}",
        'password = "$PASSWORD12345"',
        '"the password: it is wrong, 4 times"',
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOC\n",
        "https://user@example.com:8080/path/2026-11-27@home",
        "uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
    ],
)
def test_what_names_a_secret_is_none(text):
    assert list(find_secrets("file", text)) == []


@pytest.fixture
def folder(tmp_path):
    """A git repository with an ignored folder."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("target/\n")
    (tmp_path / "target").mkdir()
    return tmp_path


def scan(repository, folder):
    command = [sys.executable, "scripts/find_secrets.py", "--folder", str(folder)]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True)


def test_a_file_that_is_not_added_yet_is_looked_at_and_an_ignored_one_is_not(repository, folder):
    (folder / "target" / "key.p8").write_text(SECRETS["a key"][0])
    assert scan(repository, folder).returncode == 0
    (folder / "key é.p8").write_text(SECRETS["a key"][0])
    outcome = scan(repository, folder)
    assert outcome.returncode == 1
    assert outcome.stdout.startswith("key é.p8:1: looks like a private key; ")


def test_files_that_are_no_text_are_looked_at_too(repository, folder):
    (folder / "image.png").write_bytes(b"\x89PNG\xff\xfe" + SECRETS["a token"][0].encode())
    assert scan(repository, folder).returncode == 1


def test_a_folder_without_git_is_an_error(repository, tmp_path):
    outcome = scan(repository, tmp_path)
    assert outcome.returncode == 2
    assert f"git cannot list the files of {tmp_path}" in outcome.stderr


def test_this_repository_holds_none(repository):
    outcome = scan(repository, repository)
    assert outcome.returncode == 0, outcome.stdout

"""What stands in the way of a connection, and what to do about it, before dbt tries."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from store_matching.operations.connection_profile import Target

LOCK_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.+?) \(PID (?P<process>\d+)\)")
# Settings without which no Snowflake session can build a model.
SNOWFLAKE_SETTINGS = ("account", "user", "role", "warehouse", "database", "schema")
OTHER_SIGN_IN = ("password", "authenticator", "private_key", "token")

# What Snowflake answers when the settings are well-formed but wrong, and what then helps.
SNOWFLAKE_ANSWERS = {
    "JWT token is invalid": (
        "the public key of this private key is not registered for the user: an administrator runs "
        "`alter user <user> set rsa_public_key = '<public key>'`"
    ),
    "Incorrect username or password": "check SNOWFLAKE_USER, and that the user exists in this account",
    "specified in the connect string does not exist or not authorized": (
        "the user has no such role: an administrator runs `grant role <role> to user <user>`"
    ),
    "is not allowed to access Snowflake": "a network policy refuses this address: ask for it to be allowed",
    "404 Not Found": "no such account: SNOWFLAKE_ACCOUNT is <organisation>-<account>, as in its URL",
    "Could not connect to Snowflake": "check SNOWFLAKE_ACCOUNT, the proxy and the network",
    "timed out": "Snowflake does not answer: check SNOWFLAKE_ACCOUNT, the proxy and the network",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and what to do about it, each in a sentence a person understands."""

    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what}\n    -> {self.mend}"


def find_problems(target: Target, folder: Path) -> list[Problem]:
    """Return what would keep dbt from connecting; relative paths are read from `folder`."""
    kind = target.values.get("type")
    if kind == "duckdb":
        return check_duckdb(str(target.values.get("path", ":memory:")), folder)
    if kind == "snowflake":
        return check_snowflake(target, folder)
    return [Problem(f"target '{target.name}' has the type '{kind}'", "this project runs on duckdb and snowflake")]


def check_duckdb(path: str, folder: Path) -> list[Problem]:
    """Check that the database file can be opened for writing, or made."""
    if path.startswith(":memory:"):
        return [Problem("the database is in memory", "name a file: what was loaded is lost when a process ends")]
    file = folder / path
    if file.is_dir():
        return [Problem(f"{file} is a folder", "name a file with STORE_MATCHING_DATABASE")]
    if not file.parent.is_dir():
        return [Problem(f"the folder {file.parent} does not exist", f"make it: mkdir -p {file.parent}")]
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        return [Problem(f"{file} may not be written by this user", "change its owner or rights, or name another")]
    if not file.exists():
        return []
    try:
        duckdb.connect(str(file)).close()
    except duckdb.Error as error:
        return [explain_duckdb_error(file, str(error))]
    return []


def explain_duckdb_error(file: Path, message: str) -> Problem:
    """Say in plain words why DuckDB cannot open its file."""
    if holder := LOCK_HOLDER.search(message):
        process = holder["process"]
        return Problem(
            f"{file} is in use by process {process} ({command_of(process) or holder['program']})",
            f"wait until it ends, or stop it with `kill {process}`: DuckDB lets one process in at a time",
        )
    if "not a valid DuckDB database" in message:
        return Problem(f"{file} is not a DuckDB database", "name another file with STORE_MATCHING_DATABASE")
    if "version number" in message:
        return Problem(
            f"{file} was written by another version of DuckDB ({message.splitlines()[0]})",
            f"open it with that version, or move it away and run `make build` (DuckDB {duckdb.__version__})",
        )
    return Problem(f"{file} cannot be opened: {message.splitlines()[0]}", "move it away and run `make build`")


def command_of(process: str) -> str:
    """Command line of a process, "" where the system does not tell."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def check_snowflake(target: Target, folder: Path) -> list[Problem]:
    """Check that each setting has a value and the key can be read; nothing is asked of Snowflake."""
    # Who signs in by an identity is found by it.
    unnamed = {"user"} if _text(target, "authenticator").lower() == "workload_identity" else set()
    needed = [setting for setting in SNOWFLAKE_SETTINGS if setting not in unnamed]
    problems = [_missing(setting, target) for setting in needed if not _text(target, setting)]
    account = _text(target, "account")
    if "/" in account or account.endswith(".snowflakecomputing.com"):
        problems.append(
            Problem(f"the account is given as '{account}'", "give <organisation>-<account> alone, no address")
        )
    key_path = _text(target, "private_key_path")
    if "PRIVATE KEY" in key_path:
        # Not shown: it is what nobody may see.
        what = f"{_variable('private_key_path', target)} holds a key, not the path of a file"
        problems.append(Problem(what, "write the key into a file that only you can read, and name that file"))
    elif key_path:
        problems += check_private_key(folder / key_path, _text(target, "private_key_passphrase"))
    elif not any(_text(target, setting) for setting in OTHER_SIGN_IN):
        problems.append(_missing("private_key_path", target))
    return problems


def check_private_key(file: Path, passphrase: str) -> list[Problem]:
    """Check that the file holds a private key that opens with the passphrase ("" for none)."""
    if not file.is_file():
        return [Problem(f"the private key {file} does not exist", "set SNOWFLAKE_PRIVATE_KEY_PATH to the .p8 file")]
    try:
        content = file.read_bytes()
    except OSError as error:
        return [Problem(f"the private key {file} cannot be read: {error.strerror}", "change its owner or rights")]
    if b"PUBLIC KEY" in content:
        return [Problem(f"{file} is the public key", "name the private one; the public one belongs in Snowflake")]
    try:
        load_pem_private_key(content, passphrase.encode() or None)
    except TypeError:
        if passphrase:
            return [Problem(f"{file} has no passphrase", "unset SNOWFLAKE_PRIVATE_KEY_PASSPHRASE")]
        return [Problem(f"{file} is protected by a passphrase", "set SNOWFLAKE_PRIVATE_KEY_PASSPHRASE")]
    except ValueError:
        if passphrase:
            return [Problem(f"{file} does not open with this passphrase", "check SNOWFLAKE_PRIVATE_KEY_PASSPHRASE")]
        return [
            Problem(
                f"{file} is no private key in PEM form",
                "make one: openssl genrsa 2048 | openssl pkcs8 -topk8",
            )
        ]
    return []


def explain_answer(output: str) -> str | None:
    """Return what helps against the error that `dbt debug` printed for Snowflake, None when unknown."""
    return next((mend for fragment, mend in SNOWFLAKE_ANSWERS.items() if fragment in output), None)


def _text(target: Target, setting: str) -> str:
    return str(target.values.get(setting) or "").strip()


def _variable(setting: str, target: Target) -> str:
    return " or ".join(target.variables.get(setting, [])) or setting


def _missing(setting: str, target: Target) -> Problem:
    variables = target.variables.get(setting, [])
    if variables:
        return Problem(f"{setting} is empty", f"set the environment variable {' or '.join(variables)}")
    return Problem(f"{setting} is empty", f"add it to the target '{target.name}' in profiles.yml")

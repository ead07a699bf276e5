"""One contract for everything that keeps secrets, and what a person is told when a keyring does not."""

from __future__ import annotations

import gc
import importlib
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from panic_button.core.errors import SecretStoreError
from panic_button.core.ports import Secrets, SecretStore
from panic_button.storage.secrets import SERVICE, KeyringStore, SessionOnlyStore
from panic_button.storage.vaults import WINDOWS_LIMIT, Backend, Vault, vaults_of

BOTH = Secrets(token="c0ffee" * 42, password='it\'s "quoted" \\ and spaced')


class SecretStoreContract:
    """What every store of secrets does."""

    @pytest.fixture
    def label(self) -> str:
        return f"test {uuid.uuid4().hex[:12]}"

    def test_nothing_is_kept_of_an_account_that_was_never_saved(self, store: SecretStore, label: str) -> None:
        assert store.load(label) == Secrets()

    def test_what_is_saved_is_loaded(self, store: SecretStore, label: str) -> None:
        store.save(label, BOTH)
        assert store.load(label) == BOTH

    @pytest.mark.parametrize("password", ["", " ", "é🎲", "line\nand\x00nul", '{"token": 1}', "x" * 500])
    def test_a_password_of_any_characters_comes_back(self, store: SecretStore, label: str, password: str) -> None:
        store.save(label, Secrets(password=password))
        assert store.load(label) == Secrets(password=password)

    def test_a_second_save_leaves_nothing_of_the_first(self, store: SecretStore, label: str) -> None:
        store.save(label, BOTH)
        store.save(label, Secrets(token="newer"))
        assert store.load(label) == Secrets(token="newer")

    def test_accounts_are_kept_apart(self, store: SecretStore, label: str) -> None:
        store.save(label, Secrets(token="one"))
        store.save(f"{label} b", Secrets(token="two"))
        store.save(label, Secrets(token="one again"))
        assert (store.load(label).token, store.load(f"{label} b").token) == ("one again", "two")

    def test_what_is_deleted_is_gone_and_the_rest_stays(self, store: SecretStore, label: str) -> None:
        store.save(label, BOTH)
        store.save(f"{label} b", BOTH)
        store.delete(label)
        assert (store.load(label), store.load(f"{label} b")) == (Secrets(), BOTH)

    def test_deleting_what_is_not_there_is_fine(self, store: SecretStore, label: str) -> None:
        store.delete(label)
        assert store.load(label) == Secrets()


class TestSessionOnlyStore(SecretStoreContract):
    @pytest.fixture
    def store(self) -> SecretStore:
        return SessionOnlyStore()

    def test_another_session_knows_nothing(self, store: SecretStore) -> None:
        store.save("desk", BOTH)
        assert SessionOnlyStore().load("desk") == Secrets()


class TestKeyringStoreOnGnomeKeyring(SecretStoreContract):
    @pytest.fixture
    def store(self, desktop_keyring: Callable[[str], None]) -> SecretStore:
        desktop_keyring("unlocked")
        return KeyringStore()

    def test_secrets_outlive_the_keyrings_own_restart(
        self, store: SecretStore, desktop_keyring: Callable[[str], None]
    ) -> None:
        store.save("desk", BOTH)
        desktop_keyring("unlocked")
        assert store.load("desk") == BOTH

    def test_a_backend_that_the_environment_names_is_not_used(
        self, store: SecretStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        store.save("desk", BOTH)
        assert store.load("desk") == BOTH

    @pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
    def test_a_locked_keyring_is_told_at_once_and_loses_nothing(
        self, store: SecretStore, desktop_keyring: Callable[[str], None]
    ) -> None:
        store.save("desk", BOTH)
        desktop_keyring("locked")
        asked = time.monotonic()
        for use in (store.load, store.delete, lambda label: store.save(label, Secrets())):
            with pytest.raises(SecretStoreError, match=r"desk: it is locked.*this session only, or unlock"):
                use("desk")
        gc.collect()  # keyring leaves its connection to a locked collection open: let that be met here
        assert time.monotonic() < asked + 5
        desktop_keyring("unlocked")
        assert store.load("desk") == BOTH

    def test_a_keyring_that_went_away_is_told_and_found_again(
        self, store: SecretStore, desktop_keyring: Callable[[str], None]
    ) -> None:
        store.save("desk", BOTH)
        desktop_keyring("gone")
        with pytest.raises(SecretStoreError, match=r"No keyring .*neither running nor activatable.*start the keyring"):
            store.load("desk")
        desktop_keyring("unlocked")
        assert store.load("desk") == BOTH

    def test_a_damaged_entry_is_reported_and_can_be_replaced(self, store: SecretStore) -> None:
        vaults_of("linux")[0].build().set_password(SERVICE, "desk", '{"token": "half of a secr')
        with pytest.raises(SecretStoreError, match="entry for desk is damaged"):
            store.load("desk")
        store.save("desk", BOTH)
        assert store.load("desk") == BOTH


@pytest.mark.skipif(sys.platform == "linux", reason="Linux is tested on a desktop of the tests' own")
class TestKeyringStoreOnThisSystem(SecretStoreContract):
    @pytest.fixture
    def store(self, label: str) -> Iterator[SecretStore]:
        store = KeyringStore()
        yield store
        store.delete(label)
        store.delete(f"{label} b")


class TestKeyringStoreOnWindows(SecretStoreContract):
    """The real keyring library on a stand-in for the functions of Windows below it."""

    @pytest.fixture
    def store(self, credential_manager: ModuleType) -> SecretStore:  # noqa: ARG002 - must be there first
        return KeyringStore(vaults_of("win32"))

    def test_credentials_do_not_roam(self, store: SecretStore, credential_manager: ModuleType) -> None:
        store.save("desk", BOTH)
        store.save("other", BOTH)
        assert {kept["Persist"] for kept in credential_manager.kept.values()} == {
            credential_manager.CRED_PERSIST_LOCAL_MACHINE
        }

    @pytest.mark.parametrize("character", ["x", "🎲"])
    def test_a_sign_in_up_to_the_limit_is_kept_and_one_beyond_is_refused_before_writing(
        self, store: SecretStore, credential_manager: ModuleType, character: str
    ) -> None:
        units = len(character.encode("utf-16-le")) // 2
        room = (WINDOWS_LIMIT - len('{"token":"","password":""}') - 256) // units
        most = Secrets(token="f" * 256, password=character * room)
        store.save("desk", most)
        assert store.load("desk") == most
        before = dict(credential_manager.kept)
        with pytest.raises(SecretStoreError, match=r"Windows Credential Manager takes 1,280: nothing was kept"):
            store.save("desk", Secrets(token="f" * 256, password=character * (room + 1)))
        assert credential_manager.kept == before


class FaultyBackend:
    """Keeps things in memory until told to misbehave."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.keeps = True
        self.failure: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.failure is not None:
            raise self.failure
        if self.keeps:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        from keyring.errors import PasswordDeleteError  # noqa: PLC0415

        if not self.keeps or (service, username) not in self.kept:
            raise PasswordDeleteError("denied, or not there: backends say the same of both")
        del self.kept[service, username]


class TestKeyringStoreOnAFaultyBackend(SecretStoreContract):
    @pytest.fixture
    def backend(self) -> FaultyBackend:
        return FaultyBackend()

    @pytest.fixture
    def store(self, backend: FaultyBackend) -> SecretStore:
        return KeyringStore([Vault(name="Faulty", build=lambda: backend)])

    def test_a_backend_that_keeps_nothing_is_found_out(self, store: SecretStore, backend: FaultyBackend) -> None:
        backend.keeps = False
        with pytest.raises(SecretStoreError, match=r"Faulty took the sign-in of desk but did not keep it"):
            store.save("desk", BOTH)

    def test_an_entry_that_can_not_be_deleted_is_told(self, store: SecretStore, backend: FaultyBackend) -> None:
        store.save("desk", BOTH)
        backend.keeps = False
        with pytest.raises(SecretStoreError, match="Faulty still holds the sign-in of desk"):
            store.delete("desk")

    @pytest.mark.parametrize(
        "entry",
        [
            "",
            "null",
            "[]",
            "{}",
            '{"token": 1, "password": null}',
            '{"token": null, "password": null, "pin": "9"}',
            "\ud800",
        ],
    )
    def test_a_damaged_entry_is_reported_without_its_content(
        self, store: SecretStore, backend: FaultyBackend, entry: str
    ) -> None:
        backend.kept[SERVICE, "desk"] = entry
        with pytest.raises(SecretStoreError, match=r"entry for desk is damaged.*Sign in again") as caught:
            store.load("desk")
        assert caught.value.__suppress_context__

    def test_a_failure_that_quotes_the_secret_is_told_without_it(
        self, store: SecretStore, backend: FaultyBackend
    ) -> None:
        backend.failure = ValueError(f"can't write {BOTH.token}")
        with pytest.raises(
            SecretStoreError, match=r"did not keep the sign-in of desk: it failed \(ValueError\)"
        ) as caught:
            store.save("desk", BOTH)
        assert str(BOTH.token) not in str(caught.value)

    @pytest.mark.parametrize("kind", ["KeyringLocked", "InitError"])
    def test_a_declined_prompt_is_told_as_such(self, store: SecretStore, backend: FaultyBackend, kind: str) -> None:
        backend.failure = getattr(importlib.import_module("keyring.errors"), kind)("Prompt dismissed..")
        with pytest.raises(SecretStoreError, match="its question was declined"):
            store.save("desk", BOTH)

    def test_characters_that_no_keyring_takes_are_told(self, store: SecretStore) -> None:
        with pytest.raises(SecretStoreError, match="did not keep the sign-in of desk"):
            store.save("desk", Secrets(password="\ud800"))


def absent() -> Backend:
    raise RuntimeError("not installed")


def test_the_second_keyring_is_used_where_the_first_is_absent() -> None:
    backend = FaultyBackend()
    store = KeyringStore([Vault(name="First", build=absent), Vault(name="Second", build=lambda: backend)])
    store.save("desk", BOTH)
    assert list(backend.kept) == [(SERVICE, "desk")]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have a keyring without a desktop")
@pytest.mark.parametrize("address", [None, "unix:path=/nowhere/bus"])
def test_without_a_desktop_every_use_says_so_and_nothing_pretends_to_keep(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    store = KeyringStore()
    for use in (store.load, store.delete, lambda label: store.save(label, BOTH)):
        with pytest.raises(SecretStoreError, match=r"No keyring.*for this session only"):
            use("desk")


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_only_keyrings_that_keep_and_encrypt_are_ever_asked(platform: str) -> None:
    names = {vault.name for vault in vaults_of(platform)}
    assert names <= {"Secret Service", "KWallet", "Windows Credential Manager", "macOS Keychain"}


def test_starting_the_program_does_not_pay_for_keyring() -> None:
    code = "import sys, panic_button.storage.secrets; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_secrets_do_not_show_in_a_repr() -> None:
    assert str(BOTH.token) not in repr(BOTH)

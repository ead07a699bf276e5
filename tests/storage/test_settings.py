"""settings.json: what comes back, what is refused by which name, and that a refusal or a crash costs nothing."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panic_button.core.errors import SettingsError
from panic_button.core.model import Account, Addresses, Environment
from panic_button.core.preferences import Guard, GuardKind, Preferences, Theme
from panic_button.storage import settings as settings_module
from panic_button.storage.settings import LONGEST_LABEL, LONGEST_TELEPHONE, MOST_BYTES, Settings, load, save

DESK = Settings(
    accounts=(
        Account(label="desk-1", username="trader"),
        Account(
            label="Büro 2",
            environment=Environment.CUSTOM,
            addresses=Addresses(rest_url="http://127.0.0.1:8000", user_feed_url="wss://x.test/feed"),
        ),
    ),
    guard=Guard(kind=GuardKind.TWO_STEP, hold_s=1.5),
    theme=Theme.DARK,
    lockout=False,
    telephone="+1 555 0100",
    reset_reasons=("Feed is back",),
)

LABELS = st.text(min_size=1, max_size=LONGEST_LABEL).map(str.strip).filter(lambda label: label.isprintable() and label)
ADDRESSES = st.builds(
    Addresses,
    rest_url=st.sampled_from(["https://x.test", "https://x.test:8443/api", "http://localhost:1"]),
    orders_socket_url=st.sampled_from([None, "wss://x.test/ws", "ws://[::1]:9/ws"]),
)
ACCOUNTS = st.builds(
    Account,
    label=LABELS,
    username=st.text().filter(str.isprintable),
    environment=st.sampled_from([Environment.PRACTICE, Environment.CUSTOM]),
    addresses=ADDRESSES,
)
ANY_SETTINGS = st.builds(
    Settings,
    accounts=st.lists(ACCOUNTS, max_size=4, unique_by=lambda account: account.label.casefold()).map(tuple),
    guard=st.builds(Guard, kind=st.sampled_from(GuardKind), hold_s=st.floats(0.4, 1.5)),
    theme=st.sampled_from(Theme),
    lockout=st.sampled_from([None, True, False]),
    telephone=st.text(max_size=LONGEST_TELEPHONE).filter(str.isprintable),
    reset_reasons=st.lists(st.text().filter(lambda text: text.isprintable()), max_size=3).map(tuple),
)


@pytest.fixture
def path(private_tmp: Path) -> Path:
    return private_tmp / "desk" / "settings.json"


def written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_no_file_means_the_defaults_and_creates_nothing(path: Path) -> None:
    assert load(path) == Settings()
    assert not path.parent.exists()


def test_what_is_saved_is_loaded(path: Path) -> None:
    save(path, DESK)
    assert load(path) == DESK


@given(settings=ANY_SETTINGS)
def test_any_settings_that_save_come_back(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> None:
    path = tmp_path_factory.getbasetemp() / "settings of all kinds" / "settings.json"
    save(path, settings)
    assert load(path) == settings


@given(
    data=st.one_of(
        st.binary(),
        st.recursive(
            st.none() | st.text(),
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(st.sampled_from(["accounts", "guard", "hold_s", "label", "theme"]), inner)
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_any_file_is_loaded_or_refused_and_stays_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "files of all kinds" / "settings.json"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(data)
    try:
        load(path)
    except SettingsError as refusal:
        assert str(path) in str(refusal)  # noqa: PT017 - either is right
    assert path.read_bytes() == data


def test_the_file_is_readable_json_that_a_person_can_edit(path: Path) -> None:
    save(path, DESK)
    text = path.read_text(encoding="utf-8")
    assert '\n  "theme": "dark",\n' in text
    assert "Büro 2" in text
    assert json.loads(text)["guard"] == {"kind": "two-step", "hold_s": 1.5}


def test_a_byte_order_mark_of_a_windows_editor_is_no_harm(path: Path) -> None:
    assert load(written(path, b'\xef\xbb\xbf{"theme": "light"}')).theme is Theme.LIGHT


def test_trailing_slashes_of_addresses_are_gone_after_loading(path: Path) -> None:
    content = '{"accounts": [{"label": "a", "environment": "custom", "addresses": {"rest_url": "https://x.test/"}}]}'
    assert load(written(path, content)).accounts[0].addresses.rest_url == "https://x.test"


def account(entries: str) -> str:
    return f'{{"accounts": [{{"label": "ok"}}, {{{entries}}}]}}'


def at(addresses: str) -> str:
    return account(f'"label": "b", "addresses": {{{addresses}}}')


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        # unknown entries, on every level
        ('{"colour": 1}', r"`colour` is no setting: .*Correct or remove it"),
        ('{"guard": {"hold": 1}}', r"`guard\.hold` is no setting"),
        (account('"label": "b", "token": "x"'), r"`accounts\[1\]\.token` is no setting"),
        (at('"rest_url": "https://x", "url": "y"'), r"`accounts\[1\]\.addresses\.url` is no setting"),
        # missing ones
        (account('"username": "b"'), r"`accounts\[1\]\.label` \(the name of an account .*\) is missing\. Add it"),
        (at(""), r"`accounts\[1\]\.addresses\.rest_url` \(where the exchange takes https requests\) is missing"),
        # of the wrong type
        ('{"theme": 1}', r"`theme` \(how the window looks\) can't be read: Expected `str`.*one of: system, dark"),
        ('{"theme": "Dark"}', r"`theme` .*'Dark'.*one of: system, dark, light"),
        ('{"guard": {"kind": "none"}}', r"`guard\.kind` .*one of: hold, two-step"),
        ('{"guard": {"hold_s": "1"}}', r"`guard\.hold_s` \(how long the button is held, in seconds\) .*got `str`"),
        ('{"guard": []}', r"`guard` \(.*\) can't be read: Expected `object`"),
        ('{"accounts": {}}', r"`accounts` \(.*\) can't be read: Expected `array`"),
        ('{"accounts": ["desk"]}', r"`accounts\[0\]` \(the exchange logins of this desk\) can't be read"),
        (account('"label": null'), r"`accounts\[1\]\.label` .*got `null`"),
        (account('"label": "b", "environment": "custom"'), r"environment` .*another exchange's"),
        (at('"rest_url": "https://x.test"'), r"environment` .*another exchange's"),
        (account('"label": "b", "environment": "prod"'), r"environment` .*one of: production, practice, custom"),
        ('{"lockout": "yes"}', r"`lockout` \(whether orders that open after a press .*\) can't be read: .*got `str`"),
        # the telephone
        ('{"telephone": 5550100}', r"`telephone` \(the telephone of the exchange's desk\) can't be read"),
        (f'{{"telephone": "{"5" * 65}"}}', r"`telephone` .* must be at most 64 visible characters\. Shorten it"),
        (r'{"telephone": "5\n5"}', r"`telephone` .* visible characters"),
        ("[]", r"does not hold one JSON object"),
        # out of bounds
        ('{"guard": {"hold_s": 0.39}}', r"`guard\.hold_s` .* is 0\.39: shorter than 0\.4 .* longer than 1\.5"),
        ('{"guard": {"hold_s": 1.51}}', r"`guard\.hold_s` .* is 1\.51"),
        ('{"guard": {"hold_s": 1e999}}', r"`guard\.hold_s` .*out of range"),
        # labels
        (account('"label": "ok"'), r"`accounts\[1\]\.label` is the same as `accounts\[0\]\.label`"),
        (account('"label": "OK"'), r"`accounts\[1\]\.label` is the same .*upper and lower case"),
        (account('"label": ""'), r"`accounts\[1\]\.label` .* must be 1 to 64 visible characters"),
        (account('"label": " b"'), r"`accounts\[1\]\.label` .* no space at either end"),
        (account(r'"label": "b\nc"'), r"`accounts\[1\]\.label` .* visible characters"),
        (account(f'"label": "{"x" * 65}"'), r"`accounts\[1\]\.label` .* 1 to 64"),
        (account(r'"label": "b", "username": "a\u0000"'), r"`accounts\[1\]\.username` .*Type it again"),
        # addresses
        (at('"rest_url": "http://x.test"'), r"`accounts\[1\]\.addresses\.rest_url` is plain http"),
        (at('"rest_url": "https://x", "user_feed_url": "ws://x"'), r"addresses\.user_feed_url` is plain ws"),
        (at('"rest_url": "nonsense://"'), r"addresses\.rest_url` is not an address"),
        # no JSON at all
        ("", r"is not JSON: Input data was truncated"),
        ('{"theme": "dark",\n\n}', r"is not JSON: .*line 3"),
        ("{theme: dark}", r"is not JSON: .*line 1"),
        (b'{"theme": "\xff"}', r"is not text in UTF-8"),
        (b" " * (MOST_BYTES + 1), r"more than 1,000,000 bytes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_name_and_the_file_left_as_it_is(
    path: Path, content: str | bytes, sentence: str
) -> None:
    before = written(path, content).read_bytes()
    with pytest.raises(SettingsError, match=sentence) as caught:
        load(path)
    assert f"Nothing in {path} is used and the file is left as it is: correct it, or move it away" in str(caught.value)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_the_preferences_are_the_settings_without_the_accounts() -> None:
    assert DESK.preferences == Preferences(
        guard=DESK.guard,
        theme=Theme.DARK,
        lockout=False,
        telephone="+1 555 0100",
        reset_reasons=("Feed is back",),
    )


@pytest.mark.parametrize(("lockout", "locks_out"), [(None, True), (True, True), (False, False)])
def test_a_press_locks_out_until_a_person_has_said_otherwise(*, lockout: bool | None, locks_out: bool) -> None:
    assert Preferences(lockout=lockout).locks_out is locks_out


def test_every_entry_has_words_for_a_refusal() -> None:
    names = [field.name for kind in (Settings, Account, Addresses, Guard) for field in msgspec.structs.fields(kind)]
    assert sorted(names) == sorted(settings_module._MEANING)


def test_a_file_that_can_not_be_opened_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(SettingsError, match=rf"settings in {path} can't be opened \(.+\)"):
        load(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards folders by access lists")
def test_settings_that_others_could_have_changed_are_not_used(path: Path) -> None:
    save(path, DESK)
    (path.parent / "foreign").touch()
    path.parent.chmod(0o777)
    with pytest.raises(SettingsError, match="open to other users"):
        load(path)


@pytest.mark.parametrize(
    "wrong",
    [
        Settings(guard=Guard(hold_s=0.1)),
        Settings(guard=Guard(hold_s=float("nan"))),
        Settings(telephone="5" * 65),
        Settings(accounts=(Account(label="a"), Account(label="A"))),
        Settings(accounts=(Account(label="a", username="\ud800"),)),
        Settings(accounts=(Account(label="a", addresses=Addresses(rest_url="http://x.test")),)),
        Settings(accounts=tuple(Account(label=str(number), username="x" * 10_000) for number in range(100))),
    ],
)
def test_what_would_not_load_is_not_saved(path: Path, wrong: Settings) -> None:
    save(path, DESK)
    with pytest.raises(SettingsError):
        save(path, wrong)
    assert load(path) == DESK


@pytest.mark.parametrize("failing", ["replace", "fsync"])
def test_a_failure_between_writing_and_replacing_leaves_the_old_settings_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    save(path, DESK)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, failing, fail)
        with pytest.raises(SettingsError, match=r"could not be saved .*No space left.*what was there before still is"):
            save(path, Settings())
    assert load(path) == DESK
    assert list(path.parent.iterdir()) == [path]


def test_the_new_settings_are_whole_and_on_the_disk_before_they_take_the_name(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    replace, fsync = os.replace, os.fsync

    def watched_fsync(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        fsync(handle)

    def watched_replace(draft: Path, target: Path) -> None:
        assert Path(draft).parent == target.parent
        assert load(Path(draft)) == DESK
        assert synced == [Path(draft).stat().st_ino]
        replace(draft, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    save(path, DESK)
    assert load(path) == DESK
    assert sys.platform == "win32" or synced[-1] == path.parent.stat().st_ino, "nor is the name itself lost"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards files by access lists")
@pytest.mark.parametrize("umask", [0, 0o777])
def test_the_file_and_its_folder_are_their_users_alone(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        save(path, DESK)
    finally:
        os.umask(before)
    assert [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent)] == [0o600, 0o700]

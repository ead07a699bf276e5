"""Which addresses an exchange may have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panic_button.core.errors import SettingsError
from panic_button.core.model import PRODUCTION, Addresses
from panic_button.storage.addresses import check_addresses


def rest(url: str) -> str:
    return check_addresses(Addresses(rest_url=url)).rest_url


def socket(url: str) -> str | None:
    return check_addresses(Addresses(rest_url=PRODUCTION.rest_url, orders_socket_url=url)).orders_socket_url


def test_the_production_exchange_passes_as_it_is() -> None:
    assert check_addresses(PRODUCTION) == PRODUCTION


@pytest.mark.parametrize(
    "url",
    ["https://x.test", "https://x.test:8443/a/b", "https://10.0.0.8", "https://[2001:db8::1]:8443", "HTTPS://X.test"],
)
def test_https_is_accepted_anywhere(url: str) -> None:
    assert rest(url) == url


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "[::1]", "localhost", "LocalHost"])
def test_plain_addresses_are_accepted_on_this_machine(host: str) -> None:
    assert (rest(f"http://{host}:8000"), socket(f"ws://{host}:8000/ws")) == (
        f"http://{host}:8000",
        f"ws://{host}:8000/ws",
    )


@pytest.mark.parametrize(
    "host",
    [
        "api.4casters.io", "10.0.0.8", "0.0.0.0", "[::]", "[::ffff:10.0.0.8]", "127.1", "2130706433",  # noqa: S104
        "localhost.example.com", "127.0.0.1.example.com", "notlocalhost", "128.0.0.1",
    ],
)  # fmt: skip
def test_plain_addresses_are_refused_elsewhere(host: str) -> None:
    with pytest.raises(SettingsError, match=r"`rest_url` is plain http: .*token.*Write https://"):
        rest(f"http://{host}")
    with pytest.raises(SettingsError, match=r"`orders_socket_url` is plain ws: .*Write wss://"):
        socket(f"ws://{host}")


@pytest.mark.parametrize(
    "url", ["wss://x.test", "ftp://x.test", "file:///etc/passwd", "x.test", "//x.test", "javascript:1"]
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"`rest_url`.* https://"):
        rest(url)


def test_a_socket_takes_no_https() -> None:
    with pytest.raises(SettingsError, match="`orders_socket_url` must begin with wss://"):
        socket("https://x.test")


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "https://", "https:///path", "https://:8443", "https://x.test:", "https://x.test:0",
        "https://x.test:65536", "https://x.test:port", "https://[::1", "https://[x]", "https://x..test", "https://-x.test",
        "https://x test", "https://x.test/a b", "https://x.test\n", "https://x\t.test", "https://x.test\\@y.test",
        "https://\u0430pi.4casters.io", "https://x.test/\x00", "https://x,y",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="`rest_url` is not an address"):
        rest(url)


@pytest.mark.parametrize(
    "url", ["https://trader:hunter2@x.test", "https://hunter2@x.test", "http://t:hunter2@localhost"]
)
def test_credentials_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match="`rest_url` holds a username or password") as caught:
        rest(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://x.test?token=hunter2", "https://x.test/#hunter2", "https://x.test/a?"])
def test_a_query_or_fragment_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match=r"`rest_url` holds a \? or #") as caught:
        rest(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("field", ["rest_url", "orders_socket_url", "user_feed_url"])
def test_a_refusal_names_the_entry_and_where_it_stands(field: str) -> None:
    urls = {"rest_url": "https://x.test", field: "nonsense"}
    with pytest.raises(SettingsError, match=rf"^`accounts\[3\]\.addresses\.{field}`"):
        check_addresses(Addresses(**urls), "accounts[3].addresses.")


def test_trailing_slashes_are_stripped() -> None:
    assert (rest("https://x.test/"), rest("https://x.test/api//"), socket("wss://x.test/ws/")) == (
        "https://x.test",
        "https://x.test/api",
        "wss://x.test/ws",
    )


@given(
    st.one_of(
        st.text(),
        st.from_regex(r"(https?|wss?)://[a-z0-9.:@\[\]/\\?#% -]{0,30}", fullmatch=True),
        st.builds("http://{}".format, st.ip_addresses()),
    )
)
def test_what_passes_is_encrypted_or_stays_on_this_machine_and_passes_again_unchanged(url: str) -> None:
    try:
        passed = rest(url)
    except SettingsError:
        return
    assert rest(passed) == passed
    assert passed.casefold().startswith(("https://", "http://localhost", "http://127.", "http://[::1]"))
    assert "@" not in passed.split("/")[2]

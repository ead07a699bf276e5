"""Logging in and out, and the ways in which a token is sent."""

import httpx
import pytest

from panic_button.practice import PracticeExchange

INVALID_CREDENTIALS = {"error": {"message": "InvalidCredentials", "code": 401}}


def log_in(rest: httpx.Client, exchange: PracticeExchange) -> str:
    answer = rest.post("/user/login", json={"username": exchange.username, "password": exchange.password})
    assert answer.status_code == 200
    token = answer.json()["data"]["user"]["auth"]
    assert isinstance(token, str)
    return token


def get_me(rest: httpx.Client, authorization: str) -> httpx.Response:
    return rest.get("/user/getMe", headers={"Authorization": authorization})


def test_a_login_answers_with_the_user_and_a_token_of_256_hex_characters(
    rest: httpx.Client, exchange: PracticeExchange
) -> None:
    answer = rest.post("/user/login", json={"username": exchange.username, "password": exchange.password})
    user = answer.json()["data"]["user"]
    assert len(user["auth"]) == 256
    assert int(user["auth"], 16)
    assert user.keys() >= {
        "id",
        "username",
        "type",
        "oddsFormat",
        "displayBalance",
        "creditLimit",
        "liability",
        "commissionCharged",
        "hasMarketMakerAccess",
        "isPro",
        "createdAt",
    }
    assert user["liability"] < 0


def test_the_email_is_as_good_as_the_username(rest: httpx.Client, exchange: PracticeExchange) -> None:
    body = {"username": "practice@example.com", "password": exchange.password}
    assert rest.post("/user/login", json=body).status_code == 200


def test_every_login_mints_a_token_and_leaves_the_older_ones_good(
    rest: httpx.Client, exchange: PracticeExchange
) -> None:
    first, second = log_in(rest, exchange), log_in(rest, exchange)
    assert len({first, second, exchange.token}) == 3
    assert [get_me(rest, token).status_code for token in (first, second, exchange.token)] == [200, 200, 200]


def test_logging_out_ends_that_token_alone(rest: httpx.Client, exchange: PracticeExchange) -> None:
    token = log_in(rest, exchange)
    assert rest.post("/user/logout", json={}, headers={"Authorization": token}).status_code == 200
    assert get_me(rest, token).json() == INVALID_CREDENTIALS
    assert get_me(rest, exchange.token).status_code == 200


@pytest.mark.parametrize("body", [{}, {"username": "practice"}, {"password": "x"}, {"username": "", "password": "x"}])
def test_a_login_without_username_or_password_is_a_bad_request(rest: httpx.Client, body: dict[str, str]) -> None:
    answer = rest.post("/user/login", json=body)
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)


@pytest.mark.parametrize("username", ["practice", "nobody"])
def test_wrong_credentials_read_the_same_for_any_account(rest: httpx.Client, username: str) -> None:
    answer = rest.post("/user/login", json={"username": username, "password": "wrong"})
    assert (answer.status_code, answer.json()) == (401, INVALID_CREDENTIALS)


@pytest.mark.parametrize("form", ["{}", "Bearer {}", "bearer {}"])
def test_bearer_is_optional(rest: httpx.Client, exchange: PracticeExchange, form: str) -> None:
    assert get_me(rest, form.format(exchange.token)).status_code == 200


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer 00ff", "00ff"])
def test_a_bad_token_is_refused_with_an_error_object(rest: httpx.Client, authorization: str) -> None:
    answer = get_me(rest, authorization)
    assert (answer.status_code, answer.json()) == (401, INVALID_CREDENTIALS)


def test_a_token_in_the_body_of_a_post_is_enough(exchange: PracticeExchange) -> None:
    url = exchange.addresses.rest_url + "/session/cancelAllOrders"
    assert httpx.post(url, json={"token": exchange.token}).status_code == 200
    assert httpx.post(url, json={"token": "00ff"}).status_code == 401


def test_revoked_tokens_are_dead_and_a_new_login_lives(rest: httpx.Client, exchange: PracticeExchange) -> None:
    exchange.book.account.revoke_tokens()
    assert get_me(rest, exchange.token).status_code == 401
    assert get_me(rest, log_in(rest, exchange)).status_code == 200


def test_an_unknown_path_is_an_error_object(rest: httpx.Client) -> None:
    answer = rest.get("/user/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)


def test_a_body_that_is_no_json_object_is_a_bad_request(rest: httpx.Client) -> None:
    answer = rest.post("/session/cancelAllOrders", content=b"[")
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)

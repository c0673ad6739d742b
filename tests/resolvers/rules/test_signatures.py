"""Signatures by the Standard Webhooks specification."""

from base64 import b64decode

from resolvers.rules.signatures import signed, spelled

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_example_that_implementations_of_the_specification_share() -> None:
    assert signed([SECRET], ID, 1614265330, BODY) == SIGNATURE


def test_while_a_secret_is_replaced_both_sign() -> None:
    new = spelled(bytes(32))
    assert b64decode(new.removeprefix("whsec_")) == bytes(32)
    alone = signed([new], ID, 1614265330, BODY)
    assert alone != SIGNATURE
    assert signed([new, SECRET], ID, 1614265330, BODY) == f"{alone} {SIGNATURE}"

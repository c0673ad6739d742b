"""How a message is brought: to the machine that was checked, under the name that was given, and no further (API7)."""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.webhooks import courier
from gateway.webhooks.courier import Courier, Reply, Resolve, asked_pause
from resolvers.rules.endpoints import Address, Reach
from tenancy.words import DeliveryFault
from tests.gateway.webhooks.receiver import Receiver, answer, receiving

LOOPBACK = Reach.of((443,), ("127.0.0.0/8",))
NAME = "receiver.example"


def leads_to(*answers: Sequence[str]) -> Resolve:
    """A resolver that gives these answers, one after the other; the last one for ever."""
    coming = list(answers)

    async def resolve(_: str, __: int) -> Sequence[Address]:
        found = coming.pop(0) if len(coming) > 1 else coming[0]
        return [ip_address(each) for each in found]

    return resolve


async def post(url: str, reach: Reach = LOOPBACK, resolve: Resolve = courier.resolved) -> Reply:
    """One attempt by a courier of its own."""
    one = Courier(reach, resolve=resolve)
    try:
        return await one.post(url, {"webhook-id": "m1", "content-type": "application/json"}, b"{}")
    finally:
        await one.close()


async def test_a_message_arrives_with_its_headers_and_body() -> None:
    async with receiving() as receiver:
        assert await post(receiver.url + "?a=b") == Reply(204)
    (got,) = receiver.received
    assert got.line == "POST /hook?a=b HTTP/1.1"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert (got.headers["webhook-id"], got.body) == ("m1", b"{}")
    assert "cookie" not in got.headers


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
async def test_only_2xx_is_taken_and_no_redirect_is_followed(status: int) -> None:
    async with receiving() as receiver:
        receiver.script = [answer(status, f"location: {receiver.url}/elsewhere")]
        assert await post(receiver.url) == Reply(status, DeliveryFault.STATUS)
        await asyncio.sleep(0.05)
        assert len(receiver.received) == 1


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["169.254.169.254"], ["fe80::1"], []])
async def test_one_address_of_the_inside_spoils_a_name(addresses: list[str]) -> None:
    async with receiving() as receiver:
        url = f"http://{NAME}:{receiver.port}/"
        assert await post(url, resolve=leads_to(addresses)) == Reply(fault=DeliveryFault.ADDRESS)
        assert receiver.received == []


async def test_without_an_allowed_network_loopback_is_out_of_reach_by_name_and_by_number() -> None:
    async with receiving() as receiver:
        for url in (receiver.url, f"https://127.0.0.1:{receiver.port}/", f"https://localhost:{receiver.port}/"):
            assert (await post(url, Reach())).fault is DeliveryFault.ADDRESS
        reach = Reach.of((receiver.port,), ())
        named = f"https://{NAME}:{receiver.port}/"
        assert (await post(named, reach, leads_to(["127.0.0.1"]))).fault is DeliveryFault.ADDRESS
        assert receiver.received == []


async def test_a_name_that_leads_elsewhere_after_the_check_changes_nothing() -> None:
    """DNS rebinding: the second answer would be another machine, and nobody asks for it."""
    async with receiving() as receiver:
        url = f"http://{NAME}:{receiver.port}/"
        assert await post(url, resolve=leads_to(["127.0.0.1"], ["10.0.0.1"])) == Reply(204)
        assert receiver.received[0].headers["host"] == f"{NAME}:{receiver.port}"
        changed = Courier(LOOPBACK, resolve=leads_to(["127.0.0.1"], ["10.0.0.1"]))
        assert [(await changed.post(url, {}, b"")).fault for _ in range(2)] == [None, DeliveryFault.ADDRESS]
        await changed.close()


async def test_tls_speaks_of_the_name_although_the_connection_goes_to_the_number(tmp_path: Path) -> None:
    server, trusting = certified(tmp_path, NAME)
    async with receiving(server) as receiver:
        for host, fault in ((NAME, None), ("other.example", DeliveryFault.CONNECTION)):
            one = Courier(LOOPBACK, resolve=leads_to(["127.0.0.1"]), tls=trusting)
            assert (await one.post(f"https://{host}:{receiver.port}/", {}, b"{}")).fault is fault
            await one.close()
    assert [each.server_name for each in receiver.received] == [NAME]


async def test_a_receiver_with_a_certificate_of_nobody_gets_nothing(tmp_path: Path) -> None:
    server, _ = certified(tmp_path, NAME)
    async with receiving(server) as receiver:
        url = f"https://{NAME}:{receiver.port}/"
        assert (await post(url, resolve=leads_to(["127.0.0.1"]))).fault is DeliveryFault.CONNECTION
        assert receiver.received == []


async def test_names_that_lead_nowhere_and_doors_that_are_shut_are_told_apart() -> None:
    async with receiving() as receiver:
        shut = receiver.url
    assert (await post(shut)).fault is DeliveryFault.CONNECTION

    async def nowhere(_: str, __: int) -> Sequence[Address]:
        raise OSError("no such name")

    assert (await post("https://nobody.example/", resolve=nowhere)).fault is DeliveryFault.NAME


async def test_a_receiver_that_is_slow_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "WHOLE_SECONDS", 0.2)
    async with receiving() as receiver:
        receiver.slow = 2.0
        assert await post(receiver.url) == Reply(fault=DeliveryFault.TIMEOUT)


async def test_nothing_but_the_head_of_an_answer_is_read() -> None:
    """A body without end holds nobody up, and a head without end is no answer."""
    endless = Receiver()
    stopped = asyncio.Event()

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(endless.script[0])
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            stopped.set()

    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    endless.port = server.sockets[0].getsockname()[1]
    endless.script = [b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"]
    assert await post(endless.url) == Reply(200)
    await asyncio.wait_for(stopped.wait(), 30)
    endless.script = [b"HTTP/1.1 200 OK\r\nx: "]
    assert await post(endless.url) == Reply(fault=DeliveryFault.CONNECTION)
    server.close()


def test_retry_after_is_read_in_seconds_and_as_a_date() -> None:
    assert asked_pause("120") == timedelta(seconds=120)
    later = asked_pause(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert later is not None
    assert timedelta(minutes=59) < later <= timedelta(hours=1)
    assert asked_pause("Wed, 21 Oct 2015 07:28:00 GMT") == timedelta(0)
    for nonsense in (None, "", "soon", "-5", "1e9", "9" * 40):
        assert asked_pause(nonsense) is None


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server with a certificate for this name, and a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    plain = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "certificate.pem"
    file.write_bytes(plain + certificate.public_bytes(form))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=certificate.public_bytes(form).decode())

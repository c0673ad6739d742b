"""Several processes: one that dies is replaced with patience, a restart cuts nobody off, an end ends all (F-11)."""

import signal

import pytest

from gateway.crew import FAREWELL_SECONDS, SILENT_SECONDS, START_SECONDS, Crew


class Hand:
    """A process that does what a test says."""

    def __init__(self, place: int, clock: "Clock") -> None:
        self.place, self.clock = place, clock
        self.serving, self.heard = False, clock.now
        self.exit_code: int | None = None
        self.ended = 0.0
        self.told: list[int] = []

    @property
    def name(self) -> str:
        return f"hand {self.place}"

    def tell(self, signal: int) -> None:
        self.told.append(signal)

    def kill(self) -> None:
        self.exit_code, self.ended = -9, self.clock.now

    def serve(self) -> None:
        self.serving, self.heard = True, self.clock.now


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.pace = 0.0
        """Seconds that pass with each look at it."""

    def __call__(self) -> float:
        self.now += self.pace
        return self.now


class Yard:
    """A crew whose hands are all known, in the order in which they were taken on."""

    def __init__(self, size: int = 2) -> None:
        self.clock = Clock()
        self.hands: list[Hand] = []
        self.firsts: list[bool] = []
        self.closed = False
        self.crew = Crew(size, self.start, self.close, self.clock)

    def close(self) -> None:
        self.closed = True

    def start(self, place: int, first: bool) -> Hand:
        self.hands.append(Hand(place, self.clock))
        self.firsts.append(first)
        return self.hands[-1]

    def turn(self, seconds: float = 0.1) -> int | None:
        self.clock.now += seconds
        for hand in self.hands:
            hand.heard = self.clock.now if hand.serving and hand.heard >= 0 else hand.heard
        return self.crew.turn()

    def serving(self) -> "Yard":
        self.turn()
        self.hands[0].serve()
        self.turn()
        for hand in self.hands:
            hand.serve()
        self.turn()
        return self

    @property
    def places(self) -> list[int]:
        return [hand.place for hand in self.hands]


def test_each_place_has_a_process_and_one_that_dies_is_replaced() -> None:
    yard = Yard().serving()
    assert yard.places == [1, 2]
    yard.hands[1].exit_code = -9
    assert yard.turn() is None
    yard.turn(0.6)
    assert yard.places == [1, 2, 2]


def test_the_first_process_comes_up_alone_however_long_that_takes() -> None:
    """Security 4.2: nobody competes with it for the first good answer; and it may have a database to migrate"""
    yard = Yard(3)
    yard.crew.renew()
    for _ in range(3):
        assert yard.turn(START_SECONDS) is None
    assert (yard.places, yard.hands[0].exit_code) == ([1], None)
    yard.hands[0].serve()
    yard.turn()
    assert yard.places[:3] == [1, 2, 3]
    assert yard.firsts[:3] == [True, False, False]


def test_who_keeps_dying_is_waited_for_longer_and_longer() -> None:
    yard = Yard(1).serving()
    pauses = []
    for _ in range(9):
        yard.hands[-1].exit_code = 1
        yard.turn()
        died, known = yard.clock.now, len(yard.hands)
        while len(yard.hands) == known:
            yard.turn()
        pauses.append(round(yard.clock.now - died))
    assert pauses[1:] == [1, 2, 4, 8, 16, 30, 30, 30]


def test_one_that_lived_long_has_no_failures_behind_it() -> None:
    yard = Yard(1).serving()
    for _ in range(5):
        yard.turn(61)
        yard.hands[-1].exit_code = 1
        yard.turn()
        yard.turn(0.6)
        yard.hands[-1].serve()
    assert len(yard.hands) == 6


@pytest.mark.parametrize("code", [1, 3])
def test_a_first_process_that_cannot_start_ends_it_all_with_its_code(code: int) -> None:
    """T-13: 3 is the code of a database that does not keep tenants apart"""
    yard = Yard()
    yard.turn()
    yard.hands[0].exit_code = code
    assert yard.turn() == code


def test_a_process_that_is_silent_or_never_comes_to_serve_is_killed() -> None:
    yard = Yard().serving()
    yard.hands[0].heard = -1 - SILENT_SECONDS
    yard.turn(SILENT_SECONDS)
    assert [hand.exit_code for hand in yard.hands] == [-9, None]
    yard.turn(0.6)
    yard.turn(START_SECONDS + 1)
    assert yard.hands[2].exit_code == -9


def test_a_restart_replaces_one_place_after_the_other_and_the_new_one_serves_first() -> None:
    yard = Yard().serving()
    yard.crew.renew()
    yard.turn()
    assert yard.places == [1, 2, 1]
    assert yard.hands[0].told == []
    yard.hands[2].serve()
    yard.turn()
    assert [hand.told for hand in yard.hands] == [[signal.SIGUSR1], [], []]
    yard.turn()
    assert yard.places == [1, 2, 1, 2]
    yard.hands[3].serve()
    yard.hands[0].exit_code = 0
    yard.turn()
    yard.hands[1].exit_code = 0
    for _ in range(5):
        yard.turn()
    assert [hand.told for hand in yard.hands] == [[signal.SIGUSR1], [signal.SIGUSR1], [], []]
    assert len(yard.hands) == 4


def test_a_restart_whose_first_process_fails_is_given_up() -> None:
    """Such as with a program that is newer than the database"""
    yard = Yard().serving()
    yard.crew.renew()
    yard.turn()
    yard.hands[2].exit_code = 3
    for _ in range(50):
        assert yard.turn() is None
    assert len(yard.hands) == 3
    assert [hand.told for hand in yard.hands] == [[], [], []]


def test_who_does_not_finish_is_killed_in_the_end() -> None:
    yard = Yard(1).serving()
    yard.crew.renew()
    yard.turn()
    yard.hands[1].serve()
    yard.turn()
    yard.turn(FAREWELL_SECONDS + 1)
    assert (yard.hands[0].exit_code, yard.hands[1].exit_code) == (-9, None)


@pytest.mark.parametrize("farewell", [signal.SIGTERM, signal.SIGINT])
def test_a_farewell_is_told_to_all_as_it_was_said_and_is_waited_for(farewell: int) -> None:
    yard = Yard().serving()
    yard.crew.leave(farewell)
    yard.crew.leave(signal.SIGTERM)
    for hand in yard.hands:
        hand.exit_code = 0
    assert not yard.closed
    yard.crew._end()
    assert yard.closed
    assert [hand.told for hand in yard.hands] == [[farewell], [farewell]]


def test_a_farewell_during_a_restart_is_one_term_for_all() -> None:
    """Who was told to leave before has less of it left; who does not serve yet has nothing to finish"""
    yard = Yard().serving()
    yard.crew.renew()
    yard.turn()
    yard.hands[2].serve()
    yard.turn()
    yard.turn()
    old, other, new, newcomer = yard.hands
    yard.turn(10)
    said, yard.clock.pace = yard.clock.now, 1.0
    yard.crew.leave(signal.SIGTERM)
    yard.crew._end()
    assert [hand.told for hand in yard.hands] == [[signal.SIGUSR1], [signal.SIGTERM], [signal.SIGTERM], []]
    assert [hand.exit_code for hand in yard.hands] == [-9] * 4
    assert newcomer.ended == pytest.approx(said, abs=5)
    assert old.ended == pytest.approx(said - 10 + FAREWELL_SECONDS, abs=5)
    assert max(other.ended, new.ended) == pytest.approx(said + FAREWELL_SECONDS, abs=5)


def test_when_nobody_can_start_the_others_are_told_and_waited_for() -> None:
    yard = Yard().serving()
    yard.clock.now, yard.clock.pace = 1_000.0, 1.0
    yard.crew._end()
    assert [hand.told for hand in yard.hands] == [[signal.SIGTERM]] * 2
    assert min(hand.ended for hand in yard.hands) > 1_000 + FAREWELL_SECONDS

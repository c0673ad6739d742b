"""Whether whoever holds a socket still has a place in the house: without any role left, the socket is closed (T-16)."""

import asyncio
from typing import Final

from gateway.live import Place
from resolvers.context import House
from tenancy.errors import Refusal, Unavailable
from tenancy.follower import Follower
from tenancy.viewer import Viewer

_PAUSE: Final = 1.0
"""Seconds before a database that was away is asked again."""


class Standing:
    """Asks again whenever rights may have changed, through the same relay as subscriptions."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def lost(self, place: Place) -> str:
        """Return, with the code of the refusal, when the last role is gone. Strangers have none to lose."""
        viewer = await self._viewer(place)
        while viewer == Unavailable.default:
            await asyncio.sleep(_PAUSE)
            viewer = await self._viewer(place)
        if not isinstance(viewer, Viewer) or viewer.tenant_id is None or _refused(viewer):
            return await _never()
        also = frozenset(home.id for home in viewer.tenants)
        follower = Follower(tenant=viewer.tenant_id, user=viewer.user_id, also=also, wanted=0)
        with self._house.relay.following(follower):
            while True:
                await follower.woken()
                found = await self._viewer(place)
                code = found if isinstance(found, str) else _refused(found)
                if code and code != Unavailable.default:
                    return code

    async def _viewer(self, place: Place) -> Viewer | str:
        """The viewer of this moment, or the code with which it is turned away."""
        try:
            async with self._house.relay.gate, self._house.doors.reading(place.identity, place.tenant) as scope:
                return scope.viewer
        except Refusal as refusal:
            return refusal.code


def _refused(viewer: Viewer) -> str | None:
    if viewer.shut_out:
        return "ACCOUNT_TYPE_NOT_ALLOWED"
    return None if viewer.tenant_id else "NOT_FOUND"


async def _never() -> str:
    await asyncio.Event().wait()
    raise AssertionError("Nobody sets it.")

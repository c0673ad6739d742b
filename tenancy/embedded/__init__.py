"""A PostgreSQL of our own, started by the program itself (H-1).

with Cluster.start(Path("var")) as cluster:
    database = Database(cluster.url("gw_app", "gateway"), cluster.url("gw_system", "gateway"))
"""

from tenancy.embedded.binaries import Binaries, CannotStart
from tenancy.embedded.cluster import Cluster

__all__ = ["Binaries", "CannotStart", "Cluster"]

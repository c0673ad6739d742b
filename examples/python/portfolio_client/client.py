from typing import Any, Optional, Union

from .base_client import BaseClient
from .base_model import UNSET, UnsetType
from .customers import Customers
from .job import Job
from .start import Start
from .whole import Whole


def gql(q: str) -> str:
    return q


class Portfolio(BaseClient):
    def customers(
        self, first: int, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> Customers:
        query = gql("""
            query Customers($first: Int!, $after: String) {
              portfolioInsights(
                groupBy: CUSTOMER
                orderBy: DEPLOYMENT_PERCENT
                ascending: true
                first: $first
                after: $after
              ) {
                nodes {
                  customer {
                    name
                  }
                  licensesSold
                  licensesAssigned
                  deploymentPercent
                  usage {
                    service
                    workload
                    licensesActive
                    usagePercent
                    hints
                  }
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }
            """)
        variables: dict[str, object] = {"first": first, "after": after}
        response = self.execute(
            query=query, operation_name="Customers", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Customers.model_validate(data)

    def whole(self, **kwargs: Any) -> Whole:
        query = gql("""
            query Whole {
              portfolioExport(kind: USAGE, format: CSV) {
                url
              }
            }
            """)
        variables: dict[str, object] = {}
        response = self.execute(
            query=query, operation_name="Whole", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Whole.model_validate(data)

    def start(self, key: str, **kwargs: Any) -> Start:
        query = gql("""
            mutation Start($key: String!) {
              startExport(input: {idempotencyKey: $key, kind: PORTFOLIO_USAGE, format: CSV}) {
                job {
                  id
                }
                userErrors {
                  code
                }
              }
            }
            """)
        variables: dict[str, object] = {"key": key}
        response = self.execute(
            query=query, operation_name="Start", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Start.model_validate(data)

    def job(self, id: str, **kwargs: Any) -> Job:
        query = gql("""
            query Job($id: ID!) {
              exportJob(id: $id) {
                state
                progress
                url
                manifest {
                  sha256
                  sizeBytes
                  rowCount
                }
                failure {
                  code
                }
              }
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = self.execute(
            query=query, operation_name="Job", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Job.model_validate(data)

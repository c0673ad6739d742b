"""The contract: the GraphQL types, and how a document is executed."""

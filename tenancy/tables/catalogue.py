"""What cases are about: the customer's own customers, products, subjects, knowledge."""

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenancy.tables.table import Id, Keyed, Table, belongs, holds, one, only_one
from tenancy.words import ArticleState, CustomerKind, ProductState, ProductStructure


class Customer(Keyed, Table):
    """An account or a contact inside a tenant; `is_self` marks the tenant's own account (D-39)."""

    __tablename__ = "customer"
    __table_args__ = (
        belongs("account_id", "customer"),
        only_one("customer_is_self", where="is_self"),
        holds("self_is_an_account", "not is_self or kind = 'ACCOUNT'"),
        holds("account_of_a_contact", "account_id is null or kind = 'CONTACT'"),
        # "Contains" (CS-22) filters one tenant's names through this: 7 ms for 20,000. A trigram index would never
        # be used by the runtime: LIKE is not leakproof, so PostgreSQL puts it after the policy, not in an index.
        Index("ix_customer_name", "tenant_id", text("lower(name)")),
        Index("ix_customer_account_id", "tenant_id", "account_id"),
    )

    kind: Mapped[CustomerKind]
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    account_id: Mapped[Id | None]
    is_self: Mapped[bool] = mapped_column(server_default=text("false"))

    account: Mapped["Customer | None"] = one("Customer.account_id", "Customer")


class Product(Keyed, Table):
    """What was sold and is supported; families and drafts cannot be chosen for a case (CS-28, CS-29)."""

    __tablename__ = "product"
    __table_args__ = (
        belongs("parent_id", "product"),
        holds("own_parent", "parent_id <> id"),
        Index("ix_product_parent_id", "tenant_id", "parent_id"),
    )

    number: Mapped[str]
    name: Mapped[str]
    structure: Mapped[ProductStructure]
    state: Mapped[ProductState]
    parent_id: Mapped[Id | None]

    parent: Mapped["Product | None"] = one("Product.parent_id", "Product")


class Subject(Keyed, Table):
    """A topic from a maintained tree, by which like cases and articles are found (CS-18, CS-19)."""

    __tablename__ = "subject"
    __table_args__ = (
        belongs("parent_id", "subject"),
        holds("own_parent", "parent_id <> id"),
        Index("ix_subject_parent_id", "tenant_id", "parent_id"),
    )

    title: Mapped[str]
    parent_id: Mapped[Id | None]
    description: Mapped[str | None]
    is_visible: Mapped[bool] = mapped_column(server_default=text("true"))

    parent: Mapped["Subject | None"] = one("Subject.parent_id", "Subject")


class KnowledgeArticle(Keyed, Table):
    """An article of the knowledge base that may be linked to cases (CS-44)."""

    __tablename__ = "knowledge_article"
    __table_args__ = (
        belongs("subject_id", "subject"),
        Index("ix_knowledge_article_subject_id", "tenant_id", "subject_id"),
    )

    number: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    subject_id: Mapped[Id | None]
    state: Mapped[ArticleState]

    subject: Mapped[Subject | None] = one("KnowledgeArticle.subject_id", "Subject")

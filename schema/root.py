"""The roots of the contract: a list of names. A new noun is a line here."""

import strawberry

from resolvers.commands import command
from resolvers.fields import found_by_id, question
from schema import questions
from schema.activity import CustomerActivity
from schema.agreement import Agreement
from schema.case import Case
from schema.case_input import CaseOpened, CreateCasePayload, create_case
from schema.catalogue import Customer, Product, Subject
from schema.entitlement import Entitlement
from schema.insights import CustomerInsights
from schema.node import Node
from schema.package import Package
from schema.page import Connection
from schema.viewer import Viewer
from schema.workspace import Workspace
from tenancy import tables as t


@strawberry.type(description="What can be asked.")
class Query:
    viewer: Viewer = question(questions.viewer, description="Who asks.", applications=True)
    node: Node = question(questions.node, description="Any object by its global id.")
    workspaces: Connection[Workspace] = question(
        questions.workspaces,
        description="Workspaces that the viewer is a member of; for those who run the customer all of it, by name.",
    )
    workspace: Workspace = found_by_id("Workspace", t.Workspace, description="One workspace.")
    agreements: Connection[Agreement] = question(
        questions.agreements_, description="Agreements mapped to the viewer's workspaces, by first day."
    )
    agreement: Agreement = found_by_id("Agreement", t.Agreement, description="One agreement.")
    package: Package = found_by_id("Package", t.Package, description="One package.")
    entitlement: Entitlement = found_by_id("Entitlement", t.Entitlement, description="One entitlement.")
    customer_activity: CustomerActivity = question(
        questions.customer_activity,
        description="What was bought, what was used and what remains, for workspaces that the viewer may report on.",
    )
    cases: Connection[Case] = question(questions.cases, description="Cases that the viewer may see.")
    case: Case = found_by_id("Case", t.Case, description="One case: the form.")
    customers: Connection[Customer] = question(
        questions.customers, description="Accounts and contacts whose name contains the text, by name; for the desk."
    )
    products: Connection[Product] = question(questions.products, description="Products, by name.")
    subjects: Connection[Subject] = question(questions.subjects, description="Topics of cases and articles, by title.")
    customer_insights: CustomerInsights = question(
        questions.customer_insights,
        description="For a partner: deployment and use of a customer's licences, over all partners.",
        applications=True,
    )


@strawberry.type(description="What can be done.")
class Mutation:
    create_case: CreateCasePayload = command(
        create_case,
        CaseOpened,
        description="Open a case, charge its entitlement, start its process and its clocks: all or nothing.",
    )

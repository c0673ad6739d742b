set local role gw_owner;

grant usage on schema app to gw_app, gw_system;

grant select on app.alembic_version to gw_app, gw_system;

CREATE TABLE app.app_user (
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	tid UUID NOT NULL,
	oid UUID NOT NULL,
	account_type VARCHAR(40) NOT NULL,
	is_guest BOOLEAN NOT NULL,
	display_name TEXT,
	email TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_app_user PRIMARY KEY (id),
	CONSTRAINT uq_app_user_tid_oid UNIQUE (tid, oid),
	CONSTRAINT ck_app_user_type_follows_tid CHECK ((tid = '9188040d-6c67-4c5b-b112-36a304b66dad') = (account_type = 'PERSONAL')),
	CONSTRAINT ck_app_user_accounttype CHECK (account_type IN ('WORK_SCHOOL', 'PERSONAL', 'APPLICATION'))
);

CREATE TABLE app.tenant (
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	kind VARCHAR(40) NOT NULL,
	name TEXT NOT NULL,
	entra_tenant_id UUID,
	child_closing VARCHAR(40) DEFAULT 'INDEPENDENT' NOT NULL,
	max_children INTEGER DEFAULT 100 NOT NULL,
	auto_entitlement_on_create BOOLEAN DEFAULT false NOT NULL,
	auto_entitlement_on_update BOOLEAN DEFAULT false NOT NULL,
	recalculate_sla BOOLEAN DEFAULT false NOT NULL,
	CONSTRAINT pk_tenant PRIMARY KEY (id),
	CONSTRAINT ck_tenant_max_children CHECK (max_children between 1 and 100),
	CONSTRAINT ck_tenant_tenantkind CHECK (kind IN ('CUSTOMER', 'PARTNER', 'OPERATOR')),
	CONSTRAINT uq_tenant_entra_tenant_id UNIQUE (entra_tenant_id),
	CONSTRAINT ck_tenant_childclosing CHECK (child_closing IN ('INDEPENDENT', 'CASCADE', 'RESTRICT'))
);

CREATE TABLE app.agreement (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	number TEXT NOT NULL,
	program VARCHAR(40) NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	activated_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_agreement PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_agreement_number UNIQUE (tenant_id, number),
	CONSTRAINT ck_agreement_dates CHECK (starts_on <= ends_on),
	CONSTRAINT fk_agreement_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_agreement_program CHECK (program IN ('PREMIER', 'UNIFIED'))
);

CREATE INDEX ix_agreement_ends_on ON app.agreement (tenant_id, ends_on);

CREATE TABLE app.audit_entry (
	tenant_id UUID NOT NULL,
	id BIGINT GENERATED ALWAYS AS IDENTITY,
	principal UUID,
	action TEXT NOT NULL,
	subject_type TEXT NOT NULL,
	subject_id UUID NOT NULL,
	detail JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	previous_hash BYTEA,
	hash BYTEA NOT NULL,
	CONSTRAINT pk_audit_entry PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_audit_entry_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id)
);

CREATE INDEX ix_audit_entry_subject_id ON app.audit_entry (tenant_id, subject_id);

CREATE TABLE app.customer (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	kind VARCHAR(40) NOT NULL,
	name TEXT NOT NULL,
	email TEXT,
	phone TEXT,
	account_id UUID,
	is_self BOOLEAN DEFAULT false NOT NULL,
	CONSTRAINT pk_customer PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_customer_account_id FOREIGN KEY(tenant_id, account_id) REFERENCES app.customer (tenant_id, id),
	CONSTRAINT ck_customer_self_is_an_account CHECK (not is_self or kind = 'ACCOUNT'),
	CONSTRAINT ck_customer_account_of_a_contact CHECK (account_id is null or kind = 'CONTACT'),
	CONSTRAINT fk_customer_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_customer_customerkind CHECK (kind IN ('ACCOUNT', 'CONTACT'))
);

CREATE INDEX ix_customer_account_id ON app.customer (tenant_id, account_id);

CREATE INDEX ix_customer_name ON app.customer (tenant_id, lower(name));

CREATE UNIQUE INDEX uq_customer_is_self ON app.customer (tenant_id) WHERE is_self;

CREATE TABLE app.freshness (
	tenant_id UUID NOT NULL,
	source TEXT NOT NULL,
	loaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	as_of DATE NOT NULL,
	CONSTRAINT pk_freshness PRIMARY KEY (tenant_id, source),
	CONSTRAINT ck_freshness_source CHECK (source ~ '^[a-z][a-z_]*$'),
	CONSTRAINT fk_freshness_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id)
);

CREATE TABLE app.idempotency_key (
	tenant_id UUID NOT NULL,
	principal UUID NOT NULL,
	mutation TEXT NOT NULL,
	key VARCHAR(255) NOT NULL,
	request_hash BYTEA NOT NULL,
	state VARCHAR(40) NOT NULL,
	answer JSONB,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_idempotency_key PRIMARY KEY (tenant_id, principal, mutation, key),
	CONSTRAINT ck_idempotency_key_answered CHECK (state = 'RUNNING' or answer is not null),
	CONSTRAINT fk_idempotency_key_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_idempotency_key_keystate CHECK (state IN ('RUNNING', 'DONE'))
);

CREATE INDEX ix_idempotency_key_created_at ON app.idempotency_key (created_at);

CREATE TABLE app.outbox_event (
	tenant_id UUID NOT NULL,
	id BIGINT GENERATED ALWAYS AS IDENTITY,
	topic TEXT NOT NULL,
	subject_id UUID NOT NULL,
	workspace_id UUID,
	payload JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	published_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_outbox_event PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_outbox_event_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id)
);

CREATE INDEX ix_outbox_event_unpublished ON app.outbox_event (id) WHERE published_at is null;

CREATE TABLE app.partner_relationship (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	partner_tenant_id UUID NOT NULL,
	kind VARCHAR(40) NOT NULL,
	status VARCHAR(40) NOT NULL,
	roles TEXT[] NOT NULL,
	activated_at TIMESTAMP WITH TIME ZONE,
	ends_at TIMESTAMP WITH TIME ZONE,
	duration_days INTEGER,
	auto_extend_days INTEGER DEFAULT 0 NOT NULL,
	CONSTRAINT pk_partner_relationship PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_partner_relationship_roles CHECK (roles <@ ARRAY['GLOBAL_ADMIN', 'SERVICES_ADMIN', 'CSAM', 'ACCOUNT_COORDINATOR', 'INCIDENT_MANAGER', 'SERVICE_MANAGER', 'SERVICE_REPRESENTATIVE', 'MEMBER', 'WORKSPACE_ADMIN', 'CUSTOMER_ACTIVITY', 'VIEW_ALL_SUPPORT_REQUESTS', 'SUPPORT_CONTACT', 'LEARNING_MANAGER', 'INVITE_USERS', 'PARTNER_GLOBAL_ADMIN', 'PARTNER_USER_ADMIN', 'PARTNER_ADMIN_AGENT', 'PARTNER_SALES_AGENT', 'PARTNER_HELPDESK_AGENT', 'PARTNER_INSIGHTS_READER']::text[]),
	CONSTRAINT ck_partner_relationship_two_parties CHECK (partner_tenant_id <> tenant_id),
	CONSTRAINT ck_partner_relationship_duration CHECK (duration_days between 1 and 730),
	CONSTRAINT ck_partner_relationship_extension CHECK (auto_extend_days in (0, 180)),
	CONSTRAINT ck_partner_relationship_no_endless_admin CHECK (auto_extend_days = 0 or not 'GLOBAL_ADMIN' = any (roles)),
	CONSTRAINT ck_partner_relationship_two_years CHECK (kind = 'RESELLER' or auto_extend_days = 180 or ends_at - activated_at <= interval '731 days'),
	CONSTRAINT fk_partner_relationship_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_partner_relationship_partner_tenant_id FOREIGN KEY(partner_tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_partner_relationship_relationshipkind CHECK (kind IN ('RESELLER', 'DELEGATED')),
	CONSTRAINT ck_partner_relationship_relationshipstatus CHECK (status IN ('CREATED', 'APPROVAL_PENDING', 'APPROVED', 'ACTIVATING', 'ACTIVE', 'EXPIRING', 'EXPIRED', 'TERMINATION_REQUESTED', 'TERMINATING', 'TERMINATED'))
);

CREATE INDEX ix_partner_relationship_partner ON app.partner_relationship (partner_tenant_id, kind, status);

CREATE TABLE app.portfolio_customer (
	tenant_id UUID NOT NULL,
	customer_tenant_id UUID NOT NULL,
	loaded_at TIMESTAMP WITH TIME ZONE,
	as_of DATE,
	CONSTRAINT pk_portfolio_customer PRIMARY KEY (tenant_id, customer_tenant_id),
	CONSTRAINT fk_portfolio_customer_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_portfolio_customer_customer_tenant_id FOREIGN KEY(customer_tenant_id) REFERENCES app.tenant (id)
);

CREATE TABLE app.portfolio_licence (
	tenant_id UUID NOT NULL,
	customer_tenant_id UUID NOT NULL,
	subscription_id UUID NOT NULL,
	service_code VARCHAR(40) NOT NULL,
	product_id TEXT NOT NULL,
	product_name TEXT NOT NULL,
	channel VARCHAR(40) NOT NULL,
	is_trial BOOLEAN NOT NULL,
	counts BOOLEAN NOT NULL,
	licenses_sold INTEGER NOT NULL,
	licenses_assigned INTEGER NOT NULL,
	CONSTRAINT pk_portfolio_licence PRIMARY KEY (tenant_id, customer_tenant_id, subscription_id),
	CONSTRAINT fk_portfolio_licence_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_portfolio_licence_customer_tenant_id FOREIGN KEY(customer_tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_portfolio_licence_servicecode CHECK (service_code IN ('O365', 'DYNAMICS365', 'OTHER')),
	CONSTRAINT ck_portfolio_licence_channel CHECK (channel IN ('RESELLER', 'DIRECT'))
);

CREATE TABLE app.portfolio_use (
	tenant_id UUID NOT NULL,
	month DATE NOT NULL,
	customer_tenant_id UUID NOT NULL,
	subscription_id UUID NOT NULL,
	workload_code VARCHAR(40) NOT NULL,
	users INTEGER[] NOT NULL,
	service_code VARCHAR(40) NOT NULL,
	product_id TEXT NOT NULL,
	channel VARCHAR(40) NOT NULL,
	is_trial BOOLEAN NOT NULL,
	counts BOOLEAN NOT NULL,
	licenses_sold INTEGER NOT NULL,
	CONSTRAINT pk_portfolio_use PRIMARY KEY (tenant_id, month, customer_tenant_id, subscription_id, workload_code),
	CONSTRAINT ck_portfolio_use_month CHECK (extract(day from month) = 1),
	CONSTRAINT ck_portfolio_use_users CHECK (cardinality(users) <= 31),
	CONSTRAINT fk_portfolio_use_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_portfolio_use_customer_tenant_id FOREIGN KEY(customer_tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_portfolio_use_workload CHECK (workload_code IN ('EXCHANGE', 'SHAREPOINT', 'ONEDRIVE', 'TEAMS', 'SFB', 'YAMMER', 'OFFICE_APPS', 'DYNAMICS')),
	CONSTRAINT ck_portfolio_use_servicecode CHECK (service_code IN ('O365', 'DYNAMICS365', 'OTHER')),
	CONSTRAINT ck_portfolio_use_channel CHECK (channel IN ('RESELLER', 'DIRECT'))
);

CREATE TABLE app.product (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	number TEXT NOT NULL,
	name TEXT NOT NULL,
	structure VARCHAR(40) NOT NULL,
	state VARCHAR(40) NOT NULL,
	parent_id UUID,
	CONSTRAINT pk_product PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_product_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES app.product (tenant_id, id),
	CONSTRAINT ck_product_own_parent CHECK (parent_id <> id),
	CONSTRAINT fk_product_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_product_productstructure CHECK (structure IN ('PRODUCT', 'FAMILY', 'BUNDLE')),
	CONSTRAINT ck_product_productstate CHECK (state IN ('DRAFT', 'ACTIVE', 'UNDER_REVISION', 'RETIRED'))
);

CREATE INDEX ix_product_parent_id ON app.product (tenant_id, parent_id);

CREATE TABLE app.queue (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	name TEXT NOT NULL,
	type VARCHAR(40) NOT NULL,
	owner_id UUID NOT NULL,
	state VARCHAR(40) NOT NULL,
	CONSTRAINT pk_queue PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_queue_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_queue_queuetype CHECK (type IN ('PUBLIC', 'PRIVATE')),
	CONSTRAINT fk_queue_owner_id FOREIGN KEY(owner_id) REFERENCES app.app_user (id),
	CONSTRAINT ck_queue_queuestate CHECK (state IN ('ACTIVE', 'INACTIVE'))
);

CREATE TABLE app.routing_rule_set (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	name TEXT NOT NULL,
	state VARCHAR(40) NOT NULL,
	owner_id UUID NOT NULL,
	CONSTRAINT pk_routing_rule_set PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_routing_rule_set_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_routing_rule_set_rulesetstate CHECK (state IN ('DRAFT', 'ACTIVE')),
	CONSTRAINT fk_routing_rule_set_owner_id FOREIGN KEY(owner_id) REFERENCES app.app_user (id)
);

CREATE UNIQUE INDEX uq_routing_rule_set_active ON app.routing_rule_set (tenant_id) WHERE state = 'ACTIVE';

CREATE TABLE app.sla (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	name TEXT NOT NULL,
	state VARCHAR(40) NOT NULL,
	is_default BOOLEAN DEFAULT false NOT NULL,
	business_hours JSONB,
	CONSTRAINT pk_sla PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_sla_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_sla_slastate CHECK (state IN ('DRAFT', 'ACTIVE'))
);

CREATE UNIQUE INDEX uq_sla_default ON app.sla (tenant_id) WHERE is_default;

CREATE TABLE app.subject (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	title TEXT NOT NULL,
	parent_id UUID,
	description TEXT,
	is_visible BOOLEAN DEFAULT true NOT NULL,
	CONSTRAINT pk_subject PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_subject_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES app.subject (tenant_id, id),
	CONSTRAINT ck_subject_own_parent CHECK (parent_id <> id),
	CONSTRAINT fk_subject_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id)
);

CREATE INDEX ix_subject_parent_id ON app.subject (tenant_id, parent_id);

CREATE TABLE app.subscription (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	partner_tenant_id UUID,
	service_code VARCHAR(40) NOT NULL,
	product_id TEXT NOT NULL,
	product_name TEXT NOT NULL,
	channel VARCHAR(40) NOT NULL,
	is_trial BOOLEAN NOT NULL,
	state VARCHAR(40) NOT NULL,
	superseded_by_id UUID,
	licenses_sold INTEGER NOT NULL,
	licenses_assigned INTEGER NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE,
	CONSTRAINT pk_subscription PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_subscription_superseded_by_id FOREIGN KEY(tenant_id, superseded_by_id) REFERENCES app.subscription (tenant_id, id),
	CONSTRAINT ck_subscription_sold CHECK (licenses_sold >= 0),
	CONSTRAINT ck_subscription_assigned CHECK (licenses_assigned >= 0),
	CONSTRAINT ck_subscription_dates CHECK (starts_on <= ends_on),
	CONSTRAINT ck_subscription_own_successor CHECK (superseded_by_id <> id),
	CONSTRAINT fk_subscription_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_subscription_partner_tenant_id FOREIGN KEY(partner_tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_subscription_servicecode CHECK (service_code IN ('O365', 'DYNAMICS365', 'OTHER')),
	CONSTRAINT ck_subscription_channel CHECK (channel IN ('RESELLER', 'DIRECT')),
	CONSTRAINT ck_subscription_subscriptionstate CHECK (state IN ('ACTIVE', 'IN_GRACE', 'SUSPENDED', 'DISABLED', 'DEPROVISIONED', 'CANCELLED'))
);

CREATE INDEX ix_subscription_partner_tenant_id ON app.subscription (partner_tenant_id, tenant_id);

CREATE INDEX ix_subscription_service_code ON app.subscription (tenant_id, service_code, product_id);

CREATE TABLE app.workspace (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	name TEXT NOT NULL,
	purpose TEXT,
	is_default BOOLEAN NOT NULL,
	allow_personal_accounts BOOLEAN DEFAULT false NOT NULL,
	created_by UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_workspace PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_workspace_name UNIQUE (tenant_id, name),
	CONSTRAINT fk_workspace_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_workspace_created_by FOREIGN KEY(created_by) REFERENCES app.app_user (id)
);

CREATE UNIQUE INDEX uq_workspace_default ON app.workspace (tenant_id) WHERE is_default;

CREATE TABLE app.agreement_contact (
	tenant_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	email TEXT NOT NULL,
	kind VARCHAR(40) NOT NULL,
	CONSTRAINT pk_agreement_contact PRIMARY KEY (tenant_id, agreement_id, email, kind),
	CONSTRAINT fk_agreement_contact_agreement_id FOREIGN KEY(tenant_id, agreement_id) REFERENCES app.agreement (tenant_id, id),
	CONSTRAINT fk_agreement_contact_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_agreement_contact_contactkind CHECK (kind IN ('SERVICES_ADMIN', 'SUPPORT_CONTACT'))
);

CREATE TABLE app.invitation (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	workspace_id UUID NOT NULL,
	email TEXT NOT NULL,
	roles TEXT[] NOT NULL,
	token_hash BYTEA NOT NULL,
	status VARCHAR(40) NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	invited_by UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	redeemed_by UUID,
	redeemed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_invitation PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_invitation_workspace_id FOREIGN KEY(tenant_id, workspace_id) REFERENCES app.workspace (tenant_id, id),
	CONSTRAINT uq_invitation_token_hash UNIQUE (tenant_id, token_hash),
	CONSTRAINT ck_invitation_roles CHECK (roles <@ ARRAY['GLOBAL_ADMIN', 'SERVICES_ADMIN', 'CSAM', 'ACCOUNT_COORDINATOR', 'INCIDENT_MANAGER', 'SERVICE_MANAGER', 'SERVICE_REPRESENTATIVE', 'MEMBER', 'WORKSPACE_ADMIN', 'CUSTOMER_ACTIVITY', 'VIEW_ALL_SUPPORT_REQUESTS', 'SUPPORT_CONTACT', 'LEARNING_MANAGER', 'INVITE_USERS', 'PARTNER_GLOBAL_ADMIN', 'PARTNER_USER_ADMIN', 'PARTNER_ADMIN_AGENT', 'PARTNER_SALES_AGENT', 'PARTNER_HELPDESK_AGENT', 'PARTNER_INSIGHTS_READER']::text[]),
	CONSTRAINT ck_invitation_redeemed_by_one CHECK ((status = 'REDEEMED') = (redeemed_by is not null)),
	CONSTRAINT ck_invitation_redeemed_once CHECK ((status = 'REDEEMED') = (redeemed_at is not null)),
	CONSTRAINT fk_invitation_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_invitation_invitationstatus CHECK (status IN ('PENDING', 'REDEEMED', 'REVOKED')),
	CONSTRAINT fk_invitation_invited_by FOREIGN KEY(invited_by) REFERENCES app.app_user (id),
	CONSTRAINT fk_invitation_redeemed_by FOREIGN KEY(redeemed_by) REFERENCES app.app_user (id)
);

CREATE INDEX ix_invitation_token_hash ON app.invitation (token_hash);

CREATE INDEX ix_invitation_workspace_id ON app.invitation (tenant_id, workspace_id, status);

CREATE UNIQUE INDEX uq_invitation_pending ON app.invitation (tenant_id, workspace_id, email) WHERE status = 'PENDING';

CREATE TABLE app.knowledge_article (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	number TEXT NOT NULL,
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	subject_id UUID,
	state VARCHAR(40) NOT NULL,
	CONSTRAINT pk_knowledge_article PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_knowledge_article_subject_id FOREIGN KEY(tenant_id, subject_id) REFERENCES app.subject (tenant_id, id),
	CONSTRAINT fk_knowledge_article_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_knowledge_article_articlestate CHECK (state IN ('DRAFT', 'APPROVED', 'PUBLISHED', 'EXPIRED', 'ARCHIVED'))
);

CREATE INDEX ix_knowledge_article_subject_id ON app.knowledge_article (tenant_id, subject_id);

CREATE TABLE app.licence_use (
	tenant_id UUID NOT NULL,
	subscription_id UUID NOT NULL,
	workload_code VARCHAR(40) NOT NULL,
	month DATE NOT NULL,
	users INTEGER[] NOT NULL,
	CONSTRAINT pk_licence_use PRIMARY KEY (tenant_id, subscription_id, workload_code, month),
	CONSTRAINT fk_licence_use_subscription_id FOREIGN KEY(tenant_id, subscription_id) REFERENCES app.subscription (tenant_id, id),
	CONSTRAINT ck_licence_use_month CHECK (extract(day from month) = 1),
	CONSTRAINT ck_licence_use_users CHECK (cardinality(users) <= 31),
	CONSTRAINT fk_licence_use_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_licence_use_workload CHECK (workload_code IN ('EXCHANGE', 'SHAREPOINT', 'ONEDRIVE', 'TEAMS', 'SFB', 'YAMMER', 'OFFICE_APPS', 'DYNAMICS'))
);

CREATE TABLE app.license_activity (
	tenant_id UUID NOT NULL,
	subscription_id UUID NOT NULL,
	user_key TEXT NOT NULL,
	workload_code VARCHAR(40) NOT NULL,
	active_on DATE NOT NULL,
	CONSTRAINT pk_license_activity PRIMARY KEY (tenant_id, subscription_id, user_key, workload_code, active_on),
	CONSTRAINT fk_license_activity_subscription_id FOREIGN KEY(tenant_id, subscription_id) REFERENCES app.subscription (tenant_id, id),
	CONSTRAINT fk_license_activity_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_license_activity_workload CHECK (workload_code IN ('EXCHANGE', 'SHAREPOINT', 'ONEDRIVE', 'TEAMS', 'SFB', 'YAMMER', 'OFFICE_APPS', 'DYNAMICS'))
);

CREATE INDEX ix_license_activity_active_on ON app.license_activity (tenant_id, subscription_id, active_on);

CREATE TABLE app.package (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	agreement_id UUID NOT NULL,
	external_id TEXT NOT NULL,
	name TEXT NOT NULL,
	section VARCHAR(40) NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	CONSTRAINT pk_package PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_package_agreement_id FOREIGN KEY(tenant_id, agreement_id) REFERENCES app.agreement (tenant_id, id),
	CONSTRAINT ck_package_dates CHECK (starts_on <= ends_on),
	CONSTRAINT fk_package_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_package_section CHECK (section IN ('ENTERPRISE_WIDE', 'ADD_ON'))
);

CREATE INDEX ix_package_agreement_id_section ON app.package (tenant_id, agreement_id, section);

CREATE TABLE app.queue_member (
	tenant_id UUID NOT NULL,
	queue_id UUID NOT NULL,
	user_id UUID NOT NULL,
	CONSTRAINT pk_queue_member PRIMARY KEY (tenant_id, queue_id, user_id),
	CONSTRAINT fk_queue_member_queue_id FOREIGN KEY(tenant_id, queue_id) REFERENCES app.queue (tenant_id, id),
	CONSTRAINT fk_queue_member_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_queue_member_user_id FOREIGN KEY(user_id) REFERENCES app.app_user (id)
);

CREATE INDEX ix_queue_member_user_id ON app.queue_member (tenant_id, user_id);

CREATE TABLE app.role_grant (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	user_id UUID NOT NULL,
	workspace_id UUID,
	role VARCHAR(40) NOT NULL,
	granted_by UUID,
	granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_role_grant PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_role_grant_workspace_id FOREIGN KEY(tenant_id, workspace_id) REFERENCES app.workspace (tenant_id, id),
	CONSTRAINT uq_role_grant_user_id_workspace_id_role UNIQUE NULLS NOT DISTINCT (tenant_id, user_id, workspace_id, role),
	CONSTRAINT ck_role_grant_scope CHECK ((workspace_id is not null) = (role in ('CUSTOMER_ACTIVITY', 'INVITE_USERS', 'LEARNING_MANAGER', 'MEMBER', 'SUPPORT_CONTACT', 'VIEW_ALL_SUPPORT_REQUESTS', 'WORKSPACE_ADMIN'))),
	CONSTRAINT fk_role_grant_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_role_grant_user_id FOREIGN KEY(user_id) REFERENCES app.app_user (id),
	CONSTRAINT ck_role_grant_role CHECK (role IN ('GLOBAL_ADMIN', 'SERVICES_ADMIN', 'CSAM', 'ACCOUNT_COORDINATOR', 'INCIDENT_MANAGER', 'SERVICE_MANAGER', 'SERVICE_REPRESENTATIVE', 'MEMBER', 'WORKSPACE_ADMIN', 'CUSTOMER_ACTIVITY', 'VIEW_ALL_SUPPORT_REQUESTS', 'SUPPORT_CONTACT', 'LEARNING_MANAGER', 'INVITE_USERS', 'PARTNER_GLOBAL_ADMIN', 'PARTNER_USER_ADMIN', 'PARTNER_ADMIN_AGENT', 'PARTNER_SALES_AGENT', 'PARTNER_HELPDESK_AGENT', 'PARTNER_INSIGHTS_READER')),
	CONSTRAINT fk_role_grant_granted_by FOREIGN KEY(granted_by) REFERENCES app.app_user (id)
);

CREATE INDEX ix_role_grant_user_id ON app.role_grant (user_id) INCLUDE (tenant_id, workspace_id, role);

CREATE INDEX ix_role_grant_workspace_id ON app.role_grant (tenant_id, workspace_id);

CREATE TABLE app.routing_rule (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	rule_set_id UUID NOT NULL,
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	condition JSONB NOT NULL,
	queue_id UUID,
	assignee_id UUID,
	CONSTRAINT pk_routing_rule PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_routing_rule_rule_set_id FOREIGN KEY(tenant_id, rule_set_id) REFERENCES app.routing_rule_set (tenant_id, id),
	CONSTRAINT fk_routing_rule_queue_id FOREIGN KEY(tenant_id, queue_id) REFERENCES app.queue (tenant_id, id),
	CONSTRAINT uq_routing_rule_rule_set_id_position UNIQUE (tenant_id, rule_set_id, position),
	CONSTRAINT ck_routing_rule_one_target CHECK (num_nonnulls(queue_id, assignee_id) = 1),
	CONSTRAINT fk_routing_rule_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_routing_rule_assignee_id FOREIGN KEY(assignee_id) REFERENCES app.app_user (id)
);

CREATE TABLE app.sla_item (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	sla_id UUID NOT NULL,
	kpi VARCHAR(40) NOT NULL,
	applicable_when JSONB,
	warn_minutes INTEGER,
	fail_minutes INTEGER NOT NULL,
	allow_pause BOOLEAN NOT NULL,
	pause_statuses TEXT[] NOT NULL,
	CONSTRAINT pk_sla_item PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_sla_item_sla_id FOREIGN KEY(tenant_id, sla_id) REFERENCES app.sla (tenant_id, id),
	CONSTRAINT uq_sla_item_sla_id_kpi_applicable_when UNIQUE NULLS NOT DISTINCT (tenant_id, sla_id, kpi, applicable_when),
	CONSTRAINT ck_sla_item_pause_statuses CHECK (pause_statuses <@ ARRAY['IN_PROGRESS', 'ON_HOLD', 'WAITING_FOR_DETAILS', 'RESEARCHING', 'PROBLEM_SOLVED', 'INFORMATION_PROVIDED', 'CANCELLED', 'MERGED']::text[]),
	CONSTRAINT ck_sla_item_minutes CHECK (fail_minutes > 0 and warn_minutes between 0 and fail_minutes),
	CONSTRAINT fk_sla_item_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_sla_item_kpi CHECK (kpi IN ('FIRST_RESPONSE', 'RESOLVE'))
);

CREATE TABLE app.support_group (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	workspace_id UUID NOT NULL,
	name TEXT NOT NULL,
	CONSTRAINT pk_support_group PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_support_group_workspace_id FOREIGN KEY(tenant_id, workspace_id) REFERENCES app.workspace (tenant_id, id),
	CONSTRAINT uq_support_group_workspace_id_name UNIQUE (tenant_id, workspace_id, name),
	CONSTRAINT fk_support_group_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id)
);

CREATE TABLE app.entitlement (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	package_id UUID,
	customer_id UUID,
	name TEXT NOT NULL,
	description TEXT,
	category VARCHAR(40) NOT NULL,
	is_consumable BOOLEAN NOT NULL,
	allocation_type VARCHAR(40) NOT NULL,
	total_terms NUMERIC(12, 2),
	decrease_on VARCHAR(40),
	restrict_case_creation BOOLEAN DEFAULT false NOT NULL,
	is_default BOOLEAN DEFAULT false NOT NULL,
	sla_id UUID,
	state VARCHAR(40) NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	action_url TEXT,
	renewed_from_id UUID,
	version INTEGER DEFAULT 1 NOT NULL,
	CONSTRAINT pk_entitlement PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_entitlement_package_id FOREIGN KEY(tenant_id, package_id) REFERENCES app.package (tenant_id, id),
	CONSTRAINT fk_entitlement_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES app.customer (tenant_id, id),
	CONSTRAINT fk_entitlement_sla_id FOREIGN KEY(tenant_id, sla_id) REFERENCES app.sla (tenant_id, id),
	CONSTRAINT fk_entitlement_renewed_from_id FOREIGN KEY(tenant_id, renewed_from_id) REFERENCES app.entitlement (tenant_id, id),
	CONSTRAINT ck_entitlement_dates CHECK (starts_on <= ends_on),
	CONSTRAINT ck_entitlement_total CHECK (total_terms >= 0),
	CONSTRAINT ck_entitlement_hours_on_resolution CHECK (allocation_type <> 'HOURS' or coalesce(decrease_on = 'CASE_RESOLUTION', false)),
	CONSTRAINT ck_entitlement_default_is_active CHECK (not is_default or state = 'ACTIVE'),
	CONSTRAINT ck_entitlement_own_renewal CHECK (renewed_from_id <> id),
	CONSTRAINT fk_entitlement_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_entitlement_category CHECK (category IN ('REACTIVE_SUPPORT', 'ADVISORY_SUPPORT', 'BUILT_IN_PROACTIVE', 'PROACTIVE_CREDITS', 'DSE', 'ON_DEMAND_EDUCATION', 'ON_DEMAND_ASSESSMENTS', 'SUPPORT_CONTACTS', 'OTHER')),
	CONSTRAINT ck_entitlement_allocationtype CHECK (allocation_type IN ('CASES', 'HOURS', 'CREDITS', 'UNITS')),
	CONSTRAINT ck_entitlement_decreaseon CHECK (decrease_on IN ('CASE_CREATION', 'CASE_RESOLUTION')),
	CONSTRAINT ck_entitlement_entitlementstate CHECK (state IN ('DRAFT', 'ACTIVE', 'WAITING', 'EXPIRED', 'CANCELLED'))
);

CREATE INDEX ix_entitlement_active_customer_id ON app.entitlement (tenant_id, customer_id) WHERE state = 'ACTIVE';

CREATE INDEX ix_entitlement_package_id ON app.entitlement (tenant_id, package_id);

CREATE UNIQUE INDEX uq_entitlement_default ON app.entitlement (tenant_id, customer_id) WHERE is_default;

CREATE TABLE app.support_group_member (
	tenant_id UUID NOT NULL,
	group_id UUID NOT NULL,
	user_id UUID NOT NULL,
	is_default BOOLEAN DEFAULT false NOT NULL,
	CONSTRAINT pk_support_group_member PRIMARY KEY (tenant_id, group_id, user_id),
	CONSTRAINT fk_support_group_member_group_id FOREIGN KEY(tenant_id, group_id) REFERENCES app.support_group (tenant_id, id),
	CONSTRAINT fk_support_group_member_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_support_group_member_user_id FOREIGN KEY(user_id) REFERENCES app.app_user (id)
);

CREATE INDEX ix_support_group_member_user_id ON app.support_group_member (tenant_id, user_id);

CREATE TABLE app.workspace_package (
	tenant_id UUID NOT NULL,
	workspace_id UUID NOT NULL,
	package_id UUID NOT NULL,
	CONSTRAINT pk_workspace_package PRIMARY KEY (tenant_id, workspace_id, package_id),
	CONSTRAINT fk_workspace_package_workspace_id FOREIGN KEY(tenant_id, workspace_id) REFERENCES app.workspace (tenant_id, id),
	CONSTRAINT fk_workspace_package_package_id FOREIGN KEY(tenant_id, package_id) REFERENCES app.package (tenant_id, id),
	CONSTRAINT fk_workspace_package_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id)
);

CREATE INDEX ix_workspace_package_package_id ON app.workspace_package (tenant_id, package_id);

CREATE TABLE app.consumption_total (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	entitlement_id UUID NOT NULL,
	workspace_id UUID,
	origin VARCHAR(40),
	used NUMERIC(14, 2) NOT NULL,
	uses BIGINT NOT NULL,
	CONSTRAINT pk_consumption_total PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_consumption_total_entitlement_id FOREIGN KEY(tenant_id, entitlement_id) REFERENCES app.entitlement (tenant_id, id),
	CONSTRAINT fk_consumption_total_workspace_id FOREIGN KEY(tenant_id, workspace_id) REFERENCES app.workspace (tenant_id, id),
	CONSTRAINT uq_consumption_total_entitlement_id_workspace_id_origin UNIQUE NULLS NOT DISTINCT (tenant_id, entitlement_id, workspace_id, origin),
	CONSTRAINT fk_consumption_total_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_consumption_total_origin CHECK (origin IN ('PHONE', 'EMAIL', 'WEB', 'FACEBOOK', 'TWITTER', 'IOT'))
);

CREATE TABLE app.entitlement_channel (
	tenant_id UUID NOT NULL,
	entitlement_id UUID NOT NULL,
	origin VARCHAR(40) NOT NULL,
	total_terms NUMERIC(12, 2) NOT NULL,
	CONSTRAINT pk_entitlement_channel PRIMARY KEY (tenant_id, entitlement_id, origin),
	CONSTRAINT fk_entitlement_channel_entitlement_id FOREIGN KEY(tenant_id, entitlement_id) REFERENCES app.entitlement (tenant_id, id),
	CONSTRAINT ck_entitlement_channel_total CHECK (total_terms >= 0),
	CONSTRAINT fk_entitlement_channel_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_entitlement_channel_origin CHECK (origin IN ('PHONE', 'EMAIL', 'WEB', 'FACEBOOK', 'TWITTER', 'IOT'))
);

CREATE TABLE app.entitlement_contact (
	tenant_id UUID NOT NULL,
	entitlement_id UUID NOT NULL,
	customer_id UUID NOT NULL,
	CONSTRAINT pk_entitlement_contact PRIMARY KEY (tenant_id, entitlement_id, customer_id),
	CONSTRAINT fk_entitlement_contact_entitlement_id FOREIGN KEY(tenant_id, entitlement_id) REFERENCES app.entitlement (tenant_id, id),
	CONSTRAINT fk_entitlement_contact_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES app.customer (tenant_id, id),
	CONSTRAINT fk_entitlement_contact_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id)
);

CREATE TABLE app.entitlement_product (
	tenant_id UUID NOT NULL,
	entitlement_id UUID NOT NULL,
	product_id UUID NOT NULL,
	CONSTRAINT pk_entitlement_product PRIMARY KEY (tenant_id, entitlement_id, product_id),
	CONSTRAINT fk_entitlement_product_entitlement_id FOREIGN KEY(tenant_id, entitlement_id) REFERENCES app.entitlement (tenant_id, id),
	CONSTRAINT fk_entitlement_product_product_id FOREIGN KEY(tenant_id, product_id) REFERENCES app.product (tenant_id, id),
	CONSTRAINT fk_entitlement_product_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id)
);

CREATE TABLE app.incident (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	workspace_id UUID,
	ticket_number TEXT NOT NULL,
	title VARCHAR(200) NOT NULL,
	description VARCHAR(2000),
	customer_id UUID NOT NULL,
	contact_id UUID,
	primary_contact_user_id UUID,
	subject_id UUID,
	product_id UUID,
	entitlement_id UUID,
	decrement_terms BOOLEAN DEFAULT true NOT NULL,
	sla_id UUID,
	sla_source VARCHAR(40),
	origin VARCHAR(40),
	case_type VARCHAR(40),
	priority VARCHAR(40) DEFAULT 'NORMAL' NOT NULL,
	support_kind VARCHAR(40) NOT NULL,
	classification VARCHAR(40),
	agreement_id UUID,
	package_id UUID,
	state VARCHAR(40) NOT NULL,
	status VARCHAR(40) NOT NULL,
	owner_id UUID NOT NULL,
	parent_id UUID,
	master_id UUID,
	route_case BOOLEAN DEFAULT true NOT NULL,
	first_response_sent BOOLEAN DEFAULT false NOT NULL,
	is_escalated BOOLEAN DEFAULT false NOT NULL,
	stage VARCHAR(40) DEFAULT 'IDENTIFY' NOT NULL,
	process_status VARCHAR(40) DEFAULT 'ACTIVE' NOT NULL,
	created_by UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	modified_at TIMESTAMP WITH TIME ZONE NOT NULL,
	closed_at TIMESTAMP WITH TIME ZONE,
	version INTEGER DEFAULT 1 NOT NULL,
	CONSTRAINT pk_incident PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_incident_workspace_id FOREIGN KEY(tenant_id, workspace_id) REFERENCES app.workspace (tenant_id, id),
	CONSTRAINT fk_incident_customer_id FOREIGN KEY(tenant_id, customer_id) REFERENCES app.customer (tenant_id, id),
	CONSTRAINT fk_incident_contact_id FOREIGN KEY(tenant_id, contact_id) REFERENCES app.customer (tenant_id, id),
	CONSTRAINT fk_incident_subject_id FOREIGN KEY(tenant_id, subject_id) REFERENCES app.subject (tenant_id, id),
	CONSTRAINT fk_incident_product_id FOREIGN KEY(tenant_id, product_id) REFERENCES app.product (tenant_id, id),
	CONSTRAINT fk_incident_entitlement_id FOREIGN KEY(tenant_id, entitlement_id) REFERENCES app.entitlement (tenant_id, id),
	CONSTRAINT fk_incident_sla_id FOREIGN KEY(tenant_id, sla_id) REFERENCES app.sla (tenant_id, id),
	CONSTRAINT fk_incident_agreement_id FOREIGN KEY(tenant_id, agreement_id) REFERENCES app.agreement (tenant_id, id),
	CONSTRAINT fk_incident_package_id FOREIGN KEY(tenant_id, package_id) REFERENCES app.package (tenant_id, id),
	CONSTRAINT fk_incident_parent_id FOREIGN KEY(tenant_id, parent_id) REFERENCES app.incident (tenant_id, id),
	CONSTRAINT fk_incident_master_id FOREIGN KEY(tenant_id, master_id) REFERENCES app.incident (tenant_id, id),
	CONSTRAINT uq_incident_ticket_number UNIQUE (tenant_id, ticket_number),
	CONSTRAINT ck_incident_status_of_state CHECK ((state = 'ACTIVE' and status in ('IN_PROGRESS', 'ON_HOLD', 'WAITING_FOR_DETAILS', 'RESEARCHING')) or (state = 'RESOLVED' and status in ('PROBLEM_SOLVED', 'INFORMATION_PROVIDED')) or (state = 'CANCELLED' and status in ('CANCELLED', 'MERGED'))),
	CONSTRAINT ck_incident_master_of_merged CHECK ((master_id is not null) = (status = 'MERGED')),
	CONSTRAINT ck_incident_own_parent CHECK (parent_id <> id),
	CONSTRAINT ck_incident_own_master CHECK (master_id <> id),
	CONSTRAINT fk_incident_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_incident_primary_contact_user_id FOREIGN KEY(primary_contact_user_id) REFERENCES app.app_user (id),
	CONSTRAINT ck_incident_slasource CHECK (sla_source IN ('MANUAL', 'ENTITLEMENT', 'DEFAULT')),
	CONSTRAINT ck_incident_origin CHECK (origin IN ('PHONE', 'EMAIL', 'WEB', 'FACEBOOK', 'TWITTER', 'IOT')),
	CONSTRAINT ck_incident_casetype CHECK (case_type IN ('QUESTION', 'PROBLEM', 'REQUEST')),
	CONSTRAINT ck_incident_priority CHECK (priority IN ('HIGH', 'NORMAL', 'LOW')),
	CONSTRAINT ck_incident_supportkind CHECK (support_kind IN ('ADVISORY', 'PROBLEM_RESOLUTION', 'OTHER')),
	CONSTRAINT ck_incident_classification CHECK (classification IN ('SU', 'DSA', 'X85', 'REC')),
	CONSTRAINT ck_incident_casestate CHECK (state IN ('ACTIVE', 'RESOLVED', 'CANCELLED')),
	CONSTRAINT ck_incident_casestatus CHECK (status IN ('IN_PROGRESS', 'ON_HOLD', 'WAITING_FOR_DETAILS', 'RESEARCHING', 'PROBLEM_SOLVED', 'INFORMATION_PROVIDED', 'CANCELLED', 'MERGED')),
	CONSTRAINT fk_incident_owner_id FOREIGN KEY(owner_id) REFERENCES app.app_user (id),
	CONSTRAINT ck_incident_stage CHECK (stage IN ('IDENTIFY', 'RESEARCH', 'RESOLVE')),
	CONSTRAINT ck_incident_processstatus CHECK (process_status IN ('ACTIVE', 'FINISHED', 'ABORTED')),
	CONSTRAINT fk_incident_created_by FOREIGN KEY(created_by) REFERENCES app.app_user (id)
);

CREATE INDEX ix_incident_created_at ON app.incident (tenant_id, created_at DESC, id);

CREATE INDEX ix_incident_customer_id ON app.incident (tenant_id, customer_id, created_at DESC);

CREATE INDEX ix_incident_entitlement_id ON app.incident (tenant_id, entitlement_id);

CREATE INDEX ix_incident_master_id ON app.incident (tenant_id, master_id);

CREATE INDEX ix_incident_owner_id ON app.incident (tenant_id, owner_id, state, created_at DESC);

CREATE INDEX ix_incident_parent_id ON app.incident (tenant_id, parent_id);

CREATE INDEX ix_incident_subject_id ON app.incident (tenant_id, subject_id);

CREATE INDEX ix_incident_support_kind ON app.incident (tenant_id, support_kind, agreement_id);

CREATE INDEX ix_incident_workspace_id ON app.incident (tenant_id, workspace_id, created_at DESC);

CREATE TABLE app.consumption (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	entitlement_id UUID NOT NULL,
	workspace_id UUID,
	incident_id UUID,
	origin VARCHAR(40),
	quantity NUMERIC(12, 2) NOT NULL,
	occurred_on DATE NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	label TEXT,
	person TEXT,
	detail JSONB,
	reverses_id UUID,
	CONSTRAINT pk_consumption PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_consumption_entitlement_id FOREIGN KEY(tenant_id, entitlement_id) REFERENCES app.entitlement (tenant_id, id),
	CONSTRAINT fk_consumption_workspace_id FOREIGN KEY(tenant_id, workspace_id) REFERENCES app.workspace (tenant_id, id),
	CONSTRAINT fk_consumption_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES app.incident (tenant_id, id),
	CONSTRAINT fk_consumption_reverses_id FOREIGN KEY(tenant_id, reverses_id) REFERENCES app.consumption (tenant_id, id),
	CONSTRAINT uq_consumption_reverses_id UNIQUE (tenant_id, reverses_id),
	CONSTRAINT ck_consumption_quantity CHECK (quantity <> 0),
	CONSTRAINT ck_consumption_own_reversal CHECK (reverses_id <> id),
	CONSTRAINT fk_consumption_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_consumption_origin CHECK (origin IN ('PHONE', 'EMAIL', 'WEB', 'FACEBOOK', 'TWITTER', 'IOT'))
);

CREATE INDEX ix_consumption_entitlement_id ON app.consumption (tenant_id, entitlement_id, workspace_id) INCLUDE (quantity);

CREATE INDEX ix_consumption_incident_id ON app.consumption (tenant_id, incident_id) WHERE incident_id is not null;

CREATE INDEX ix_consumption_occurred_on ON app.consumption (tenant_id, entitlement_id, occurred_on DESC, id);

CREATE INDEX ix_consumption_of_cases ON app.consumption (tenant_id, entitlement_id, incident_id) WHERE incident_id is not null;

CREATE TABLE app.incident_article (
	tenant_id UUID NOT NULL,
	incident_id UUID NOT NULL,
	article_id UUID NOT NULL,
	usage VARCHAR(40) NOT NULL,
	sent_to_customer BOOLEAN DEFAULT false NOT NULL,
	CONSTRAINT pk_incident_article PRIMARY KEY (tenant_id, incident_id, article_id),
	CONSTRAINT fk_incident_article_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES app.incident (tenant_id, id),
	CONSTRAINT fk_incident_article_article_id FOREIGN KEY(tenant_id, article_id) REFERENCES app.knowledge_article (tenant_id, id),
	CONSTRAINT fk_incident_article_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_incident_article_articleusage CHECK (usage IN ('REFERENCE', 'SOLUTION', 'SOURCE'))
);

CREATE TABLE app.incident_share (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	incident_id UUID NOT NULL,
	user_id UUID,
	group_id UUID,
	shared_by UUID NOT NULL,
	shared_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_incident_share PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_incident_share_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES app.incident (tenant_id, id),
	CONSTRAINT fk_incident_share_group_id FOREIGN KEY(tenant_id, group_id) REFERENCES app.support_group (tenant_id, id),
	CONSTRAINT uq_incident_share_incident_id_user_id UNIQUE (tenant_id, incident_id, user_id),
	CONSTRAINT ck_incident_share_one_target CHECK (num_nonnulls(user_id, group_id) = 1),
	CONSTRAINT fk_incident_share_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_incident_share_user_id FOREIGN KEY(user_id) REFERENCES app.app_user (id),
	CONSTRAINT fk_incident_share_shared_by FOREIGN KEY(shared_by) REFERENCES app.app_user (id)
);

CREATE INDEX ix_incident_share_group_id ON app.incident_share (tenant_id, group_id);

CREATE INDEX ix_incident_share_user_id ON app.incident_share (tenant_id, user_id);

CREATE UNIQUE INDEX uq_incident_share_group ON app.incident_share (tenant_id, incident_id) WHERE group_id is not null;

CREATE TABLE app.queue_item (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	queue_id UUID NOT NULL,
	incident_id UUID NOT NULL,
	worked_by UUID,
	entered_on TIMESTAMP WITH TIME ZONE NOT NULL,
	state VARCHAR(40) NOT NULL,
	CONSTRAINT pk_queue_item PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_queue_item_queue_id FOREIGN KEY(tenant_id, queue_id) REFERENCES app.queue (tenant_id, id),
	CONSTRAINT fk_queue_item_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES app.incident (tenant_id, id),
	CONSTRAINT fk_queue_item_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT fk_queue_item_worked_by FOREIGN KEY(worked_by) REFERENCES app.app_user (id),
	CONSTRAINT ck_queue_item_queueitemstate CHECK (state IN ('ACTIVE', 'INACTIVE'))
);

CREATE INDEX ix_queue_item_incident_id ON app.queue_item (tenant_id, incident_id);

CREATE INDEX ix_queue_item_queue_id ON app.queue_item (tenant_id, queue_id, state, entered_on);

CREATE UNIQUE INDEX uq_queue_item_active ON app.queue_item (tenant_id, incident_id) WHERE state = 'ACTIVE';

CREATE TABLE app.sla_kpi_instance (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	incident_id UUID NOT NULL,
	sla_item_id UUID NOT NULL,
	status VARCHAR(40) NOT NULL,
	applicable_from TIMESTAMP WITH TIME ZONE NOT NULL,
	warning_time TIMESTAMP WITH TIME ZONE,
	failure_time TIMESTAMP WITH TIME ZONE NOT NULL,
	paused_on TIMESTAMP WITH TIME ZONE,
	paused_minutes INTEGER DEFAULT 0 NOT NULL,
	active_minutes INTEGER,
	succeeded_on TIMESTAMP WITH TIME ZONE,
	terminal_at TIMESTAMP WITH TIME ZONE,
	previous_id UUID,
	CONSTRAINT pk_sla_kpi_instance PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_sla_kpi_instance_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES app.incident (tenant_id, id),
	CONSTRAINT fk_sla_kpi_instance_sla_item_id FOREIGN KEY(tenant_id, sla_item_id) REFERENCES app.sla_item (tenant_id, id),
	CONSTRAINT fk_sla_kpi_instance_previous_id FOREIGN KEY(tenant_id, previous_id) REFERENCES app.sla_kpi_instance (tenant_id, id),
	CONSTRAINT ck_sla_kpi_instance_own_previous CHECK (previous_id <> id),
	CONSTRAINT ck_sla_kpi_instance_minutes CHECK (paused_minutes >= 0 and active_minutes >= 0),
	CONSTRAINT fk_sla_kpi_instance_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_sla_kpi_instance_clockstatus CHECK (status IN ('IN_PROGRESS', 'NONCOMPLIANT', 'NEARING_NONCOMPLIANCE', 'PAUSED', 'SUCCEEDED', 'CANCELED'))
);

CREATE INDEX ix_sla_kpi_instance_failure_time ON app.sla_kpi_instance (tenant_id, status, failure_time) WHERE status in ('IN_PROGRESS', 'NEARING_NONCOMPLIANCE');

CREATE INDEX ix_sla_kpi_instance_incident_id ON app.sla_kpi_instance (tenant_id, incident_id);

CREATE INDEX ix_sla_kpi_instance_warning_time ON app.sla_kpi_instance (tenant_id, status, warning_time) WHERE status in ('IN_PROGRESS', 'NEARING_NONCOMPLIANCE');

CREATE UNIQUE INDEX uq_sla_kpi_instance_open ON app.sla_kpi_instance (tenant_id, incident_id, sla_item_id) WHERE status in ('IN_PROGRESS', 'NEARING_NONCOMPLIANCE', 'PAUSED');

CREATE TABLE app.timeline_entry (
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	incident_id UUID NOT NULL,
	record_type VARCHAR(40) NOT NULL,
	activity_type VARCHAR(40),
	subject TEXT,
	body TEXT,
	state VARCHAR(40),
	duration_minutes INTEGER,
	billable_minutes INTEGER,
	resolution_type VARCHAR(40),
	due_at TIMESTAMP WITH TIME ZONE,
	attachment_name TEXT,
	attachment_ref TEXT,
	author_id UUID,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_timeline_entry PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_timeline_entry_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES app.incident (tenant_id, id),
	CONSTRAINT ck_timeline_entry_activity CHECK ((record_type = 'ACTIVITY') = (activity_type is not null)),
	CONSTRAINT ck_timeline_entry_minutes CHECK (duration_minutes >= 0 and billable_minutes >= 0),
	CONSTRAINT fk_timeline_entry_tenant_id FOREIGN KEY(tenant_id) REFERENCES app.tenant (id),
	CONSTRAINT ck_timeline_entry_recordtype CHECK (record_type IN ('ACTIVITY', 'NOTE', 'AUTO_POST', 'USER_POST')),
	CONSTRAINT ck_timeline_entry_activitytype CHECK (activity_type IN ('EMAIL', 'PHONE_CALL', 'TASK', 'APPOINTMENT', 'SOCIAL_ACTIVITY', 'FAX', 'LETTER', 'CASE_RESOLUTION', 'OTHER')),
	CONSTRAINT ck_timeline_entry_activitystate CHECK (state IN ('OPEN', 'COMPLETED', 'CANCELLED')),
	CONSTRAINT ck_timeline_entry_resolutiontype CHECK (resolution_type IN ('PROBLEM_SOLVED', 'INFORMATION_PROVIDED')),
	CONSTRAINT fk_timeline_entry_author_id FOREIGN KEY(author_id) REFERENCES app.app_user (id)
);

CREATE INDEX ix_timeline_entry_incident_id ON app.timeline_entry (tenant_id, incident_id, created_at DESC, id);

create function app.app_tenant() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.tenant', true), '')::uuid $$;

create function app.app_tid() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.tid', true), '')::uuid $$;

create function app.app_oid() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.oid', true), '')::uuid $$;

revoke execute on function app.app_tenant(), app.app_tid(), app.app_oid() from public;

grant execute on function app.app_tenant(), app.app_tid(), app.app_oid() to gw_app, gw_system;

grant create on schema app to gw_system;

set local role gw_system;

-- The id of the app_user behind the token, or null.
create function app.app_me() returns uuid language sql stable parallel safe
security definer set search_path = pg_catalog, pg_temp as
$$ select id from app.app_user where tid = app.app_tid() and oid = app.app_oid() $$;

-- The tenant that an invitation leads into: its bearer cannot know it before redeeming.
create function app.app_invited(token_hash bytea) returns uuid language sql stable parallel safe
security definer set search_path = pg_catalog, pg_temp as
$$ select tenant_id from app.invitation i where i.token_hash = app_invited.token_hash $$;

revoke execute on function app.app_me(), app.app_invited(bytea) from public;

grant execute on function app.app_me(), app.app_invited(bytea) to gw_app;

create function app.app_total_uses() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as
$$
begin
  insert into app.consumption_total (tenant_id, entitlement_id, workspace_id, origin, used, uses)
    select tenant_id, entitlement_id, workspace_id, origin, sum(quantity), count(*) from written
    group by tenant_id, entitlement_id, workspace_id, origin
    order by tenant_id, entitlement_id, workspace_id, origin
  on conflict (tenant_id, entitlement_id, workspace_id, origin)
    do update set used = consumption_total.used + excluded.used, uses = consumption_total.uses + excluded.uses;
  return null;
end
$$;

revoke execute on function app.app_total_uses() from public;

grant execute on function app.app_total_uses() to gw_owner;

set local role gw_owner;

revoke create on schema app from gw_system;

create trigger total_uses after insert on app.consumption referencing new table as written
for each statement execute function app.app_total_uses();

create function app.package_inside_agreement() returns trigger language plpgsql as
$$
declare bounds record;
begin
  select starts_on, ends_on into bounds from app.agreement
    where tenant_id = new.tenant_id and id = new.agreement_id for share;
  if new.starts_on < bounds.starts_on or new.ends_on > bounds.ends_on then
    raise exception 'invariant package_inside_agreement'
      using errcode = 'check_violation', constraint = 'package_inside_agreement', table = tg_table_name;
  end if;
  return null;
end
$$;

revoke execute on function app.package_inside_agreement() from public;

create constraint trigger package_inside_agreement after insert or update of starts_on, ends_on, agreement_id on app.package not deferrable
for each row execute function app.package_inside_agreement();

create function app.agreement_around_packages() returns trigger language plpgsql as
$$
begin
  if exists (select from app.package p where p.tenant_id = new.tenant_id and p.agreement_id = new.id
             and (p.starts_on < new.starts_on or p.ends_on > new.ends_on)) then
    raise exception 'invariant agreement_around_packages'
      using errcode = 'check_violation', constraint = 'agreement_around_packages', table = tg_table_name;
  end if;
  return null;
end
$$;

revoke execute on function app.agreement_around_packages() from public;

create constraint trigger agreement_around_packages after update of starts_on, ends_on on app.agreement not deferrable
for each row execute function app.agreement_around_packages();

create function app.reversal_mirrors_charge() returns trigger language plpgsql as
$$
begin
  if new.reverses_id is not null and not exists (
      select from app.consumption c where c.tenant_id = new.tenant_id and c.id = new.reverses_id
        and c.reverses_id is null and c.quantity = -new.quantity and c.entitlement_id = new.entitlement_id
        and (c.incident_id, c.workspace_id, c.origin)
            is not distinct from (new.incident_id, new.workspace_id, new.origin)) then
    raise exception 'invariant reversal_mirrors_charge'
      using errcode = 'check_violation', constraint = 'reversal_mirrors_charge', table = tg_table_name;
  end if;
  return null;
end
$$;

revoke execute on function app.reversal_mirrors_charge() from public;

create constraint trigger reversal_mirrors_charge after insert on app.consumption not deferrable
for each row execute function app.reversal_mirrors_charge();

create function app.ledger_of_consumables() returns trigger language plpgsql as
$$
begin
  if exists (select from app.entitlement e where e.tenant_id = new.tenant_id and e.id = new.entitlement_id
             and not e.is_consumable for share) then
    raise exception 'invariant ledger_of_consumables'
      using errcode = 'check_violation', constraint = 'ledger_of_consumables', table = tg_table_name;
  end if;
  return null;
end
$$;

revoke execute on function app.ledger_of_consumables() from public;

create constraint trigger ledger_of_consumables after insert on app.consumption not deferrable
for each row execute function app.ledger_of_consumables();

create function app.benefit_without_ledger() returns trigger language plpgsql as
$$
begin
  if not new.is_consumable and exists (
      select from app.consumption c where c.tenant_id = new.tenant_id and c.entitlement_id = new.id) then
    raise exception 'invariant benefit_without_ledger'
      using errcode = 'check_violation', constraint = 'benefit_without_ledger', table = tg_table_name;
  end if;
  return null;
end
$$;

revoke execute on function app.benefit_without_ledger() from public;

create constraint trigger benefit_without_ledger after update of is_consumable on app.entitlement not deferrable
for each row execute function app.benefit_without_ledger();

create function app.one_level_of_children() returns trigger language plpgsql as
$$
declare parent record;
begin
  if new.parent_id is null then return null; end if;
  select i.parent_id, t.max_children into parent from app.incident i join app.tenant t on t.id = i.tenant_id
    where i.tenant_id = new.tenant_id and i.id = new.parent_id for no key update of i;
  if parent.parent_id is not null
     or exists (select from app.incident where tenant_id = new.tenant_id and parent_id = new.id)
     or parent.max_children < (select count(*) from app.incident
                               where tenant_id = new.tenant_id and parent_id = new.parent_id) then
    raise exception 'invariant one_level_of_children'
      using errcode = 'check_violation', constraint = 'one_level_of_children', table = tg_table_name;
  end if;
  return null;
end
$$;

revoke execute on function app.one_level_of_children() from public;

create constraint trigger one_level_of_children after insert or update of parent_id on app.incident not deferrable
for each row execute function app.one_level_of_children();

create function app.roles_need_membership() returns trigger language plpgsql as
$$
begin
  if new.workspace_id is null or new.role = 'MEMBER' then return null; end if;
  if not exists (select from app.role_grant g where g.tenant_id = new.tenant_id and g.id = new.id) then
    return null;
  end if;
  perform from app.role_grant g where g.tenant_id = new.tenant_id and g.user_id = new.user_id
    and g.workspace_id = new.workspace_id and g.role = 'MEMBER' for key share;
  if not found then
    raise exception 'invariant roles_need_membership'
      using errcode = 'check_violation', constraint = 'roles_need_membership', table = tg_table_name;
  end if;
  return null;
end
$$;

revoke execute on function app.roles_need_membership() from public;

create constraint trigger roles_need_membership after insert on app.role_grant deferrable initially deferred
for each row execute function app.roles_need_membership();

create function app.leaving_takes_all() returns trigger language plpgsql as
$$
begin
  if old.role is distinct from 'MEMBER' or exists (
      select from app.role_grant g where g.tenant_id = old.tenant_id and g.user_id = old.user_id
        and g.workspace_id = old.workspace_id and g.role = 'MEMBER') then
    return null;
  end if;
  if exists (select from app.role_grant g where g.tenant_id = old.tenant_id and g.user_id = old.user_id
             and g.workspace_id = old.workspace_id)
     or exists (select from app.support_group_member m join app.support_group s
                on s.tenant_id = m.tenant_id and s.id = m.group_id
                where m.tenant_id = old.tenant_id and m.user_id = old.user_id
                and s.workspace_id = old.workspace_id)
     or exists (select from app.incident_share h join app.incident i
                on i.tenant_id = h.tenant_id and i.id = h.incident_id
                where h.tenant_id = old.tenant_id and h.user_id = old.user_id
                and i.workspace_id = old.workspace_id) then
    raise exception 'invariant leaving_takes_all'
      using errcode = 'check_violation', constraint = 'leaving_takes_all', table = tg_table_name;
  end if;
  return null;
end
$$;

revoke execute on function app.leaving_takes_all() from public;

create constraint trigger leaving_takes_all after delete on app.role_grant deferrable initially deferred
for each row execute function app.leaving_takes_all();

create function app.redeemed_for_good() returns trigger language plpgsql as
$$
begin
  if old.status = 'REDEEMED' and new is distinct from old then
    raise exception 'invariant redeemed_for_good'
      using errcode = 'check_violation', constraint = 'redeemed_for_good', table = tg_table_name;
  end if;
  return null;
end
$$;

revoke execute on function app.redeemed_for_good() from public;

create constraint trigger redeemed_for_good after update on app.invitation not deferrable
for each row execute function app.redeemed_for_good();

alter table app.app_user enable row level security;

alter table app.app_user force row level security;

create policy tenant on app.app_user as permissive for all to gw_app
  using ((tid = (select app.app_tid()) and oid = (select app.app_oid())) or exists (select from app.role_grant g where g.tenant_id = (select app.app_tenant()) and g.user_id = app_user.id)) with check (tid = (select app.app_tid()) and oid = (select app.app_oid()));

create policy tenant_floor on app.app_user as restrictive for all to gw_app
  using ((tid = (select app.app_tid()) and oid = (select app.app_oid())) or exists (select from app.role_grant g where g.tenant_id = (select app.app_tenant()) and g.user_id = app_user.id)) with check (tid = (select app.app_tid()) and oid = (select app.app_oid()));

create policy system on app.app_user as permissive for all to gw_system
  using (true) with check (true);

create policy tenant_floor_update on app.app_user as restrictive for update to gw_app
  using (tid = (select app.app_tid()) and oid = (select app.app_oid()));

create policy tenant_floor_delete on app.app_user as restrictive for delete to gw_app
  using (tid = (select app.app_tid()) and oid = (select app.app_oid()));

grant select, insert, update (is_guest, display_name, email) on app.app_user to gw_app;

grant select, insert, update, delete on app.app_user to gw_system;

alter table app.tenant enable row level security;

alter table app.tenant force row level security;

create policy tenant on app.tenant as permissive for all to gw_app
  using (id = (select app.app_tenant()) or exists (select from app.role_grant g where g.tenant_id = tenant.id and g.user_id = (select app.app_me())) or exists (select from app.partner_relationship r where tenant.id = r.tenant_id or tenant.id = r.partner_tenant_id)) with check (false);

create policy tenant_floor on app.tenant as restrictive for all to gw_app
  using (id = (select app.app_tenant()) or exists (select from app.role_grant g where g.tenant_id = tenant.id and g.user_id = (select app.app_me())) or exists (select from app.partner_relationship r where tenant.id = r.tenant_id or tenant.id = r.partner_tenant_id)) with check (false);

create policy system on app.tenant as permissive for all to gw_system
  using (true) with check (true);

create policy tenant_floor_update on app.tenant as restrictive for update to gw_app
  using (false);

create policy tenant_floor_delete on app.tenant as restrictive for delete to gw_app
  using (false);

grant select on app.tenant to gw_app;

grant select, insert, update, delete on app.tenant to gw_system;

alter table app.agreement enable row level security;

alter table app.agreement force row level security;

create policy tenant on app.agreement as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.agreement as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.agreement as permissive for all to gw_system
  using (true) with check (true);

grant select, update (activated_at) on app.agreement to gw_app;

grant select, insert, update, delete on app.agreement to gw_system;

alter table app.agreement_contact enable row level security;

alter table app.agreement_contact force row level security;

create policy tenant on app.agreement_contact as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.agreement_contact as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.agreement_contact as permissive for all to gw_system
  using (true) with check (true);

grant select on app.agreement_contact to gw_app;

grant select, insert, update, delete on app.agreement_contact to gw_system;

alter table app.audit_entry enable row level security;

alter table app.audit_entry force row level security;

create policy tenant on app.audit_entry as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.audit_entry as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.audit_entry as permissive for all to gw_system
  using (true) with check (true);

grant select, insert on app.audit_entry to gw_app;

grant select, insert on app.audit_entry to gw_system;

alter table app.consumption enable row level security;

alter table app.consumption force row level security;

create policy tenant on app.consumption as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.consumption as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.consumption as permissive for all to gw_system
  using (true) with check (true);

grant select, insert on app.consumption to gw_app;

grant select, insert on app.consumption to gw_system;

alter table app.consumption_total enable row level security;

alter table app.consumption_total force row level security;

create policy tenant on app.consumption_total as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.consumption_total as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.consumption_total as permissive for all to gw_system
  using (true) with check (true);

grant select on app.consumption_total to gw_app;

grant select, insert, update, delete on app.consumption_total to gw_system;

alter table app.customer enable row level security;

alter table app.customer force row level security;

create policy tenant on app.customer as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.customer as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.customer as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (kind, name, email, phone, account_id, is_self) on app.customer to gw_app;

grant select, insert, update, delete on app.customer to gw_system;

alter table app.entitlement enable row level security;

alter table app.entitlement force row level security;

create policy tenant on app.entitlement as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.entitlement as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.entitlement as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (package_id, customer_id, name, description, category, is_consumable, allocation_type, total_terms, decrease_on, restrict_case_creation, is_default, sla_id, state, starts_on, ends_on, action_url, renewed_from_id, version) on app.entitlement to gw_app;

grant select, insert, update, delete on app.entitlement to gw_system;

alter table app.entitlement_channel enable row level security;

alter table app.entitlement_channel force row level security;

create policy tenant on app.entitlement_channel as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.entitlement_channel as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.entitlement_channel as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete, update (total_terms) on app.entitlement_channel to gw_app;

grant select, insert, update, delete on app.entitlement_channel to gw_system;

alter table app.entitlement_contact enable row level security;

alter table app.entitlement_contact force row level security;

create policy tenant on app.entitlement_contact as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.entitlement_contact as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.entitlement_contact as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete on app.entitlement_contact to gw_app;

grant select, insert, update, delete on app.entitlement_contact to gw_system;

alter table app.entitlement_product enable row level security;

alter table app.entitlement_product force row level security;

create policy tenant on app.entitlement_product as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.entitlement_product as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.entitlement_product as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete on app.entitlement_product to gw_app;

grant select, insert, update, delete on app.entitlement_product to gw_system;

alter table app.freshness enable row level security;

alter table app.freshness force row level security;

create policy tenant on app.freshness as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.freshness as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.freshness as permissive for all to gw_system
  using (true) with check (true);

grant select on app.freshness to gw_app;

grant select, insert, update, delete on app.freshness to gw_system;

alter table app.idempotency_key enable row level security;

alter table app.idempotency_key force row level security;

create policy tenant on app.idempotency_key as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.idempotency_key as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.idempotency_key as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (state, answer) on app.idempotency_key to gw_app;

grant select, insert, update, delete on app.idempotency_key to gw_system;

alter table app.incident enable row level security;

alter table app.incident force row level security;

create policy tenant on app.incident as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.incident as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.incident as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (workspace_id, ticket_number, title, description, customer_id, contact_id, primary_contact_user_id, subject_id, product_id, entitlement_id, decrement_terms, sla_id, sla_source, origin, case_type, priority, support_kind, classification, agreement_id, package_id, state, status, owner_id, parent_id, master_id, route_case, first_response_sent, is_escalated, stage, process_status, created_by, created_at, modified_at, closed_at, version) on app.incident to gw_app;

grant select, insert, update, delete on app.incident to gw_system;

alter table app.incident_article enable row level security;

alter table app.incident_article force row level security;

create policy tenant on app.incident_article as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.incident_article as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.incident_article as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete, update (usage, sent_to_customer) on app.incident_article to gw_app;

grant select, insert, update, delete on app.incident_article to gw_system;

alter table app.incident_share enable row level security;

alter table app.incident_share force row level security;

create policy tenant on app.incident_share as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.incident_share as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.incident_share as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete on app.incident_share to gw_app;

grant select, insert, update, delete on app.incident_share to gw_system;

alter table app.invitation enable row level security;

alter table app.invitation force row level security;

create policy tenant on app.invitation as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.invitation as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.invitation as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (workspace_id, email, roles, token_hash, status, expires_at, invited_by, created_at, redeemed_by, redeemed_at) on app.invitation to gw_app;

grant select, insert, update, delete on app.invitation to gw_system;

alter table app.knowledge_article enable row level security;

alter table app.knowledge_article force row level security;

create policy tenant on app.knowledge_article as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.knowledge_article as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.knowledge_article as permissive for all to gw_system
  using (true) with check (true);

grant select on app.knowledge_article to gw_app;

grant select, insert, update, delete on app.knowledge_article to gw_system;

alter table app.licence_use enable row level security;

alter table app.licence_use force row level security;

create policy tenant on app.licence_use as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.licence_use as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.licence_use as permissive for all to gw_system
  using (true) with check (true);

grant select on app.licence_use to gw_app;

grant select, insert, update, delete on app.licence_use to gw_system;

alter table app.license_activity enable row level security;

alter table app.license_activity force row level security;

create policy tenant on app.license_activity as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.license_activity as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.license_activity as permissive for all to gw_system
  using (true) with check (true);

grant select on app.license_activity to gw_app;

grant select, insert, update, delete on app.license_activity to gw_system;

alter table app.outbox_event enable row level security;

alter table app.outbox_event force row level security;

create policy tenant on app.outbox_event as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.outbox_event as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.outbox_event as permissive for all to gw_system
  using (true) with check (true);

grant select, insert on app.outbox_event to gw_app;

grant select, insert, update, delete on app.outbox_event to gw_system;

alter table app.package enable row level security;

alter table app.package force row level security;

create policy tenant on app.package as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.package as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.package as permissive for all to gw_system
  using (true) with check (true);

grant select on app.package to gw_app;

grant select, insert, update, delete on app.package to gw_system;

alter table app.partner_relationship enable row level security;

alter table app.partner_relationship force row level security;

create policy tenant on app.partner_relationship as permissive for all to gw_app
  using ((select app.app_tenant()) = tenant_id or (select app.app_tenant()) = partner_tenant_id or exists (select from app.role_grant g where g.tenant_id = partner_relationship.partner_tenant_id and g.user_id = (select app.app_me()))) with check ((select app.app_tenant()) = tenant_id or (select app.app_tenant()) = partner_tenant_id);

create policy tenant_floor on app.partner_relationship as restrictive for all to gw_app
  using ((select app.app_tenant()) = tenant_id or (select app.app_tenant()) = partner_tenant_id or exists (select from app.role_grant g where g.tenant_id = partner_relationship.partner_tenant_id and g.user_id = (select app.app_me()))) with check ((select app.app_tenant()) = tenant_id or (select app.app_tenant()) = partner_tenant_id);

create policy system on app.partner_relationship as permissive for all to gw_system
  using (true) with check (true);

create policy tenant_floor_update on app.partner_relationship as restrictive for update to gw_app
  using ((select app.app_tenant()) = tenant_id or (select app.app_tenant()) = partner_tenant_id);

create policy tenant_floor_delete on app.partner_relationship as restrictive for delete to gw_app
  using ((select app.app_tenant()) = tenant_id or (select app.app_tenant()) = partner_tenant_id);

grant select, insert, update (partner_tenant_id, kind, status, roles, activated_at, ends_at, duration_days, auto_extend_days) on app.partner_relationship to gw_app;

grant select, insert, update, delete on app.partner_relationship to gw_system;

alter table app.portfolio_customer enable row level security;

alter table app.portfolio_customer force row level security;

create policy tenant on app.portfolio_customer as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.portfolio_customer as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.portfolio_customer as permissive for all to gw_system
  using (true) with check (true);

grant select on app.portfolio_customer to gw_app;

grant select, insert, update, delete on app.portfolio_customer to gw_system;

alter table app.portfolio_licence enable row level security;

alter table app.portfolio_licence force row level security;

create policy tenant on app.portfolio_licence as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.portfolio_licence as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.portfolio_licence as permissive for all to gw_system
  using (true) with check (true);

grant select on app.portfolio_licence to gw_app;

grant select, insert, update, delete on app.portfolio_licence to gw_system;

alter table app.portfolio_use enable row level security;

alter table app.portfolio_use force row level security;

create policy tenant on app.portfolio_use as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.portfolio_use as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.portfolio_use as permissive for all to gw_system
  using (true) with check (true);

grant select on app.portfolio_use to gw_app;

grant select, insert, update, delete on app.portfolio_use to gw_system;

alter table app.product enable row level security;

alter table app.product force row level security;

create policy tenant on app.product as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.product as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.product as permissive for all to gw_system
  using (true) with check (true);

grant select, insert on app.product to gw_app;

grant select, insert, update, delete on app.product to gw_system;

alter table app.queue enable row level security;

alter table app.queue force row level security;

create policy tenant on app.queue as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.queue as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.queue as permissive for all to gw_system
  using (true) with check (true);

grant select on app.queue to gw_app;

grant select, insert, update, delete on app.queue to gw_system;

alter table app.queue_item enable row level security;

alter table app.queue_item force row level security;

create policy tenant on app.queue_item as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.queue_item as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.queue_item as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (queue_id, incident_id, worked_by, entered_on, state) on app.queue_item to gw_app;

grant select, insert, update, delete on app.queue_item to gw_system;

alter table app.queue_member enable row level security;

alter table app.queue_member force row level security;

create policy tenant on app.queue_member as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.queue_member as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.queue_member as permissive for all to gw_system
  using (true) with check (true);

grant select on app.queue_member to gw_app;

grant select, insert, update, delete on app.queue_member to gw_system;

alter table app.role_grant enable row level security;

alter table app.role_grant force row level security;

create policy tenant on app.role_grant as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant()) or user_id = (select app.app_me())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.role_grant as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant()) or user_id = (select app.app_me())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.role_grant as permissive for all to gw_system
  using (true) with check (true);

create policy tenant_floor_update on app.role_grant as restrictive for update to gw_app
  using (tenant_id = (select app.app_tenant()));

create policy tenant_floor_delete on app.role_grant as restrictive for delete to gw_app
  using (tenant_id = (select app.app_tenant()));

grant select, insert, delete, update (granted_by, granted_at) on app.role_grant to gw_app;

grant select, insert, update, delete on app.role_grant to gw_system;

alter table app.routing_rule enable row level security;

alter table app.routing_rule force row level security;

create policy tenant on app.routing_rule as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.routing_rule as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.routing_rule as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete, update (rule_set_id, position, name, condition, queue_id, assignee_id) on app.routing_rule to gw_app;

grant select, insert, update, delete on app.routing_rule to gw_system;

alter table app.routing_rule_set enable row level security;

alter table app.routing_rule_set force row level security;

create policy tenant on app.routing_rule_set as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.routing_rule_set as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.routing_rule_set as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (name, state, owner_id) on app.routing_rule_set to gw_app;

grant select, insert, update, delete on app.routing_rule_set to gw_system;

alter table app.sla enable row level security;

alter table app.sla force row level security;

create policy tenant on app.sla as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.sla as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.sla as permissive for all to gw_system
  using (true) with check (true);

grant select on app.sla to gw_app;

grant select, insert, update, delete on app.sla to gw_system;

alter table app.sla_item enable row level security;

alter table app.sla_item force row level security;

create policy tenant on app.sla_item as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.sla_item as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.sla_item as permissive for all to gw_system
  using (true) with check (true);

grant select on app.sla_item to gw_app;

grant select, insert, update, delete on app.sla_item to gw_system;

alter table app.sla_kpi_instance enable row level security;

alter table app.sla_kpi_instance force row level security;

create policy tenant on app.sla_kpi_instance as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.sla_kpi_instance as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.sla_kpi_instance as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (incident_id, sla_item_id, status, applicable_from, warning_time, failure_time, paused_on, paused_minutes, active_minutes, succeeded_on, terminal_at, previous_id) on app.sla_kpi_instance to gw_app;

grant select, insert, update, delete on app.sla_kpi_instance to gw_system;

alter table app.subject enable row level security;

alter table app.subject force row level security;

create policy tenant on app.subject as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.subject as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.subject as permissive for all to gw_system
  using (true) with check (true);

grant select, insert on app.subject to gw_app;

grant select, insert, update, delete on app.subject to gw_system;

alter table app.subscription enable row level security;

alter table app.subscription force row level security;

create policy tenant on app.subscription as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.subscription as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.subscription as permissive for all to gw_system
  using (true) with check (true);

grant select on app.subscription to gw_app;

grant select, insert, update, delete on app.subscription to gw_system;

alter table app.support_group enable row level security;

alter table app.support_group force row level security;

create policy tenant on app.support_group as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.support_group as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.support_group as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (name) on app.support_group to gw_app;

grant select, insert, update, delete on app.support_group to gw_system;

alter table app.support_group_member enable row level security;

alter table app.support_group_member force row level security;

create policy tenant on app.support_group_member as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.support_group_member as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.support_group_member as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete, update (is_default) on app.support_group_member to gw_app;

grant select, insert, update, delete on app.support_group_member to gw_system;

alter table app.timeline_entry enable row level security;

alter table app.timeline_entry force row level security;

create policy tenant on app.timeline_entry as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.timeline_entry as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.timeline_entry as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (incident_id, record_type, activity_type, subject, body, state, duration_minutes, billable_minutes, resolution_type, due_at, attachment_name, attachment_ref, author_id, created_at) on app.timeline_entry to gw_app;

grant select, insert, update, delete on app.timeline_entry to gw_system;

alter table app.workspace enable row level security;

alter table app.workspace force row level security;

create policy tenant on app.workspace as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.workspace as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.workspace as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, update (name, purpose, allow_personal_accounts) on app.workspace to gw_app;

grant select, insert, update, delete on app.workspace to gw_system;

alter table app.workspace_package enable row level security;

alter table app.workspace_package force row level security;

create policy tenant on app.workspace_package as permissive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy tenant_floor on app.workspace_package as restrictive for all to gw_app
  using (tenant_id = (select app.app_tenant())) with check (tenant_id = (select app.app_tenant()));

create policy system on app.workspace_package as permissive for all to gw_system
  using (true) with check (true);

grant select, insert, delete on app.workspace_package to gw_app;

grant select, insert, update, delete on app.workspace_package to gw_system;

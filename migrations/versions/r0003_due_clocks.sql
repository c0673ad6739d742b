set local role gw_owner;

CREATE INDEX ix_sla_kpi_instance_failing ON app.sla_kpi_instance (failure_time) WHERE status in ('IN_PROGRESS', 'NEARING_NONCOMPLIANCE');

CREATE INDEX ix_sla_kpi_instance_warning ON app.sla_kpi_instance (warning_time) WHERE status = 'IN_PROGRESS';

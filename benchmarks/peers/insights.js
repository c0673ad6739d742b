// Licence insights of one customer, as a hand-written peer computes them: two statements, percentages in JavaScript.
const SOLD = `select service_code as service, product_name as "productName", sum(licenses_sold)::int as "licensesSold",
    sum(licenses_assigned)::int as "licensesAssigned"
  from app.subscription where tenant_id = $1 and service_code in ('O365', 'DYNAMICS365') and state = 'ACTIVE'
    and not is_trial and superseded_by_id is null
  group by service_code, product_id, product_name order by service_code, product_name`;

const USED = `select s.service_code as service,
    case a.workload_code when 'ONEDRIVE' then 'SHAREPOINT' else a.workload_code end as workload,
    count(distinct (a.subscription_id, a.user_key))::int as "licensesActive"
  from app.license_activity a
  join app.subscription s on s.tenant_id = a.tenant_id and s.id = a.subscription_id
  where a.tenant_id = $1 and s.service_code in ('O365', 'DYNAMICS365') and a.active_on between $2::date - 27 and $2::date
  group by 1, 2`;

// What is listed of a service that was sold, whether or not anybody used it.
const WORKLOADS = { O365: ["EXCHANGE", "SHAREPOINT", "TEAMS", "SFB", "YAMMER", "OFFICE_APPS"], DYNAMICS365: ["DYNAMICS"] };

const percent = (part, whole) => (whole ? (Math.round((part * 1000) / whole) / 10).toFixed(1) : null);
const sum = (rows, name) => rows.reduce((total, row) => total + row[name], 0);

export async function insights(query, customer, asOf) {
  const [sold, used] = await Promise.all([query("sold", SOLD, [customer]), query("used_licences", USED, [customer, asOf])]);
  const qualified = new Map();
  for (const row of sold) qualified.set(row.service, (qualified.get(row.service) ?? 0) + row.licensesSold);
  const users = new Map(used.map((row) => [`${row.service}/${row.workload}`, row.licensesActive]));
  return {
    licensesSold: sum(sold, "licensesSold"),
    licensesAssigned: sum(sold, "licensesAssigned"),
    deploymentPercent: percent(sum(sold, "licensesAssigned"), sum(sold, "licensesSold")),
    deployment: sold.map((row) => ({ ...row, deploymentPercent: percent(row.licensesAssigned, row.licensesSold) })),
    usage: [...qualified].flatMap(([service, licensesQualified]) =>
      WORKLOADS[service].map((workload) => {
        const licensesActive = users.get(`${service}/${workload}`) ?? 0;
        return { service, workload, licensesActive, licensesQualified, usagePercent: percent(licensesActive, licensesQualified) };
      }),
    ),
  };
}

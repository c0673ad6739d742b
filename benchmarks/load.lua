-- wrk's script. Arguments: a file of requests, one per line as "header name TAB value TAB body", and a seed.
local requests = {}

function init(arguments)
  math.randomseed(tonumber(arguments[2] or "1"))
  for line in io.lines(arguments[1]) do
    local name, value, body = line:match("^([^\t]+)\t([^\t]+)\t(.*)$")
    local headers = { ["content-type"] = "application/json", ["accept"] = "application/json", [name] = value }
    requests[#requests + 1] = wrk.format("POST", "/graphql", headers, body)
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'JSON {"requests": %d, "microseconds": %d, "p50": %.1f, "p99": %.1f, "failures": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.timeout + errors.connect + errors.read + errors.write))
end

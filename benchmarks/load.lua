-- wrk's script. Arguments: a file of requests, one per line as "header name TAB value TAB body", and a seed.
-- Sixteen @ in a request stand for a key that nobody used before.
local requests = {}
local fresh, run, count = {}, 0, 0

function init(arguments)
  math.randomseed(tonumber(arguments[2] or "1"))
  run = os.time() % 0x10000000
  for line in io.lines(arguments[1]) do
    local name, value, body = line:match("^([^\t]+)\t([^\t]+)\t(.*)$")
    local headers = { ["content-type"] = "application/json", ["accept"] = "application/json", [name] = value }
    local whole = wrk.format("POST", "/graphql", headers, body)
    requests[#requests + 1] = whole
    fresh[#requests] = whole:find("@@@@@@@@@@@@@@@@", 1, true)
  end
end

function request()
  local chosen = math.random(#requests)
  local whole, place = requests[chosen], fresh[chosen]
  if not place then return whole end
  count = count + 1
  return whole:sub(1, place - 1) .. string.format("%07x-%08x", run, count) .. whole:sub(place + 16)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'JSON {"requests": %d, "microseconds": %d, "p50": %.1f, "p99": %.1f, "failures": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.timeout + errors.connect + errors.read + errors.write))
end

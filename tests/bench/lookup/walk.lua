-- Asks for one dossier after another, at random: LOOKUP_LIST holds "token code" lines, LOOKUP_WAY is token or code.
local rows = {}
for line in io.lines(os.getenv("LOOKUP_LIST")) do
  local token, code = line:match("^(%S+) (%S+)$")
  rows[#rows + 1] = { token, code }
end
local by_code = os.getenv("LOOKUP_WAY") == "code"
math.randomseed(tonumber(os.getenv("LOOKUP_SEED") or "1"))

request = function()
  local row = rows[math.random(#rows)]
  if not by_code then return wrk.format("GET", "/h/" .. row[1] .. "/") end
  -- Many callers: each asks seldom enough for the throttle.
  local caller = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(1, 254))
  return wrk.format("POST", "/tra-cuu/", {
    ["Content-Type"] = "application/x-www-form-urlencoded", ["X-Forwarded-For"] = caller,
  }, "number=" .. row[2])
end
local wrong = 0
response = function(status) if status ~= 200 then wrong = wrong + 1 end end
done = function(summary, latency)
  io.write(string.format('RESULT {"requests": %d, "seconds": %.3f, "not_200": %d, "errors": %d, "p50_ms": %.2f, "p95_ms": %.2f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status, summary.errors.connect + summary.errors.timeout + summary.errors.read,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000))
end

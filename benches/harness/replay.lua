-- wrk script: replays the requests of a file in a circle and prints one line of JSON at the end.
-- REPLAY: lines METHOD<tab>PATH<tab>BODY<tab>VERSION, the last two may be empty. %N% in a body becomes a number that
-- occurs once; a VERSION is sent as If-Match and counted up each time the line comes round again.
-- HEADERS: lines "Name: value".
local lines, position, unique = {}, 0, 0

function init()
  local common = {}
  for line in io.lines(os.getenv("HEADERS")) do
    local name, value = line:match("^([^:]+):%s*(.*)$")
    if name then common[name] = value end
  end
  for line in io.lines(os.getenv("REPLAY")) do
    local method, path, body, version = line:match("^(%u+)\t([^\t]+)\t?([^\t]*)\t?(%d*)$")
    if method then
      local fixed = version == "" and not body:find("%%N%%")
      if body == "" then body = nil end
      if fixed then
        lines[#lines + 1] = wrk.format(method, path, common, body)
      else
        local headers = {}
        for name, value in pairs(common) do headers[name] = value end
        lines[#lines + 1] = { method = method, path = path, body = body, headers = headers, version = tonumber(version) }
      end
    end
  end
  unique = (os.time() % 1000000) * 100000
end

function request()
  position = position % #lines + 1
  local line = lines[position]
  if type(line) == "string" then return line end
  unique = unique + 1
  if line.version then
    line.headers["If-Match"] = '"' .. line.version .. '"'
    line.version = line.version + 1
  end
  local body = line.body and line.body:gsub("%%N%%", string.format("%d", unique))
  return wrk.format(line.method, line.path, line.headers, body)
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"rps":%.1f,"bytes_per_request":%d,"p50_ms":%.3f,"p99_ms":%.3f,"bad":%d}\n',
    summary.requests, summary.requests / (summary.duration / 1e6), summary.bytes / math.max(1, summary.requests),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, e.status + e.connect + e.read + e.write + e.timeout))
end

-- SPDX-License-Identifier: Apache-2.0
-- For wrk: each request posts the next statement of the file named by STATEMENTS, once.
local lines, place = {}, 0

function init(args)
  for line in io.lines(os.getenv("STATEMENTS")) do lines[#lines + 1] = line end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  place = place + 1
  if place > #lines then
    wrk.thread:stop()
    place = #lines
  end
  return wrk.format(nil, "/api/v1/statements", nil, lines[place])
end

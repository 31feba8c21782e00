-- A screening as a portal sends it. DELAY_MS (environment) makes the load constant instead of as much as possible.
local delay_ms = tonumber(os.getenv("DELAY_MS") or "")

wrk.method = os.getenv("METHOD") or "POST"
if wrk.method == "POST" then
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = [[{"asOf":"2026-11-23","facts":{"requester":"trainee","trainingStatus":"in-training","trainingType":"in-company","writtenContract":true,"livesInGermany":true,"age":34,"homePostalCode":"70173","failedExams":["final-twice"]}}]]
end
if os.getenv("KEY") then
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("KEY")
end
if delay_ms then
  function delay()
    return delay_ms
  end
end

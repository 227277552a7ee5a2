-- What wrk has measured, as one line of JSON on standard error.
done = function(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  io.stderr:write(string.format(
    '{"requests": %d, "microseconds": %d, "failed": %d, "p50": %.3f, "p95": %.3f}\n',
    summary.requests, summary.duration, failed,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000
  ))
end

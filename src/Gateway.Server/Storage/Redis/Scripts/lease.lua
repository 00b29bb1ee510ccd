-- Who holds a shard. KEYS: lease. Returns 1 or 0 (nobody), the last epoch, holder, milliseconds left.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local lease = redis.call('HMGET', KEYS[1], 'e', 'h', 'x')
local ends = tonumber(lease[3] or 0)
if lease[2] and ends > now then
  return { 1, tonumber(lease[1]), lease[2], ends - now }
end
return { 0, tonumber(lease[1] or 0), '', 0 }

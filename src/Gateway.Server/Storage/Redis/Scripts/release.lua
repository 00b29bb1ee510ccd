-- Gives a shard back. KEYS: lease. ARGV: holder, epoch. Returns 1, or 0 when the lease is not in force.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local lease = redis.call('HMGET', KEYS[1], 'e', 'h', 'x')
if lease[1] ~= ARGV[2] or lease[2] ~= ARGV[1] or tonumber(lease[3]) <= now then
  return 0
end
redis.call('HDEL', KEYS[1], 'h', 'x')
return 1

-- Makes a lease last. KEYS: lease. ARGV: holder, epoch, milliseconds. Returns 1, or 0 when it is not in force.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local lease = redis.call('HMGET', KEYS[1], 'e', 'h', 'x')
if lease[1] ~= ARGV[2] or lease[2] ~= ARGV[1] or tonumber(lease[3]) <= now then
  return 0
end
redis.call('HSET', KEYS[1], 'x', string.format('%.0f', now + tonumber(ARGV[3])))
return 1

-- Notes a revocation and tells all nodes. KEYS: what it is about, the list of late ones. ARGV: value, milliseconds to live, text for the nodes, channel.
-- The list is for nodes that could not hear the channel for a while; it holds an hour.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local before = redis.call('GET', KEYS[1])
if not before or tonumber(before) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
else
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
redis.call('ZADD', KEYS[2], string.format('%.0f', now), ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now - 3600000))
redis.call('PEXPIRE', KEYS[2], '3600000')
redis.call('PUBLISH', ARGV[4], ARGV[3])
return 1

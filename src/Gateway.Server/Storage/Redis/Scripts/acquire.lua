-- Takes a shard. KEYS: lease. ARGV: holder, milliseconds. Returns 1 or 0 (held), epoch, holder, milliseconds left; and when taken the epoch before (0: none).
-- A lease is: e epoch, h holder, x when it runs out. It is kept when nobody holds it, so that epochs grow.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local lease = redis.call('HMGET', KEYS[1], 'e', 'h', 'x')
local epoch, ends = tonumber(lease[1] or 0), tonumber(lease[3] or 0)
if lease[2] and ends > now and lease[2] ~= ARGV[1] then
  return { 0, epoch, lease[2], ends - now }
end
local before = epoch
epoch = math.max(epoch + 1, now)
redis.call('HSET', KEYS[1], 'e', string.format('%.0f', epoch), 'h', ARGV[1], 'x', string.format('%.0f', now + tonumber(ARGV[2])))
return { 1, epoch, ARGV[1], tonumber(ARGV[2]), before }

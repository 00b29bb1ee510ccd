-- Where a room's history stands. KEYS: meta, stream, keys, older keys. ARGV: the epoch and head that the caller has given out (0: none), milliseconds to live.
-- Returns epoch, head, and 1 when the epoch is new but its offsets are those of the caller's.
local function text(number) return string.format('%.0f', number) end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local meta = redis.call('HMGET', KEYS[1], 'e', 'h', 'c')
local known, head = tonumber(ARGV[1]), tonumber(ARGV[2])
if not meta[1] then
  -- Never repeated for a room, not even after its history was lost, nor when the clock was set back.
  local epoch = math.max(now, known + 1)
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
  redis.call('HSET', KEYS[1], 'e', text(epoch), 'h', '0', 'c', '0', 'f', '1', 'p', '0', 't', '0', 'g', '0')
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return { epoch, 0, 0 }
end

-- A script that was stopped half-way (out of memory) has stored more than it has noted.
local at = tonumber(meta[2])
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local top = last and tonumber(string.match(last[1], '^%d+')) or 0
if top > at then
  at = top
  redis.call('HSET', KEYS[1], 'h', text(at), 'c', text(tonumber(last[2][4]) + #last[2][6] + 192))
end

redis.call('PEXPIRE', KEYS[1], ARGV[3])
if tonumber(meta[1]) == known and at < head then
  -- The newest were lost (a fail-over, a restart from an older copy): their offsets must not come again under this epoch.
  local epoch = math.max(now, known + 1)
  redis.call('HSET', KEYS[1], 'e', text(epoch))
  return { epoch, at, 1 }
end
return { tonumber(meta[1]), at, 0 }

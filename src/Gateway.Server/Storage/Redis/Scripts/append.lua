-- Stores one group of messages of one shard, all or nothing of each room.
-- KEYS: lease, group record; then for each room: meta, stream, keys, older keys.
-- ARGV: group id, lease epoch, now; count of rooms;
--       for each room: epoch, head, max count, max bytes, age, window, max keys;
--       for each message: room (from 1), key or '', time, body.
-- Returns for each message, separated by commas: its offset, - and the first one's offset for a duplicate, 0 when the room is not where the caller thinks.
-- 'F': the lease is not the caller's any more.
-- A stream's entry is: t time, c bytes of all entries before it, b body. A room's meta: e epoch, h head, c bytes of all entries ever,
-- f first kept offset, p and t the c and t of that entry, g when the younger keys began, x when what expires was last prolonged.
-- Each call from here costs Redis a microsecond and a line in its file: keys are looked up and noted together, and what seldom changes is seldom written.
local OVERHEAD = 192
local PROLONG = 10000
local TOGETHER = 1000 -- Lua puts the arguments of a call on its stack, which takes some 8,000.

-- As %d: the way of %.0f through the floating-point printer shows in profiles.
local function text(number) return string.format('%d', number) end

-- The writer repeats a call whose answer it did not get: it is answered as the first time, whatever has changed.
local seen = redis.call('GET', KEYS[2])
if seen and string.sub(seen, 1, #ARGV[1] + 1) == ARGV[1] .. ':' then
  return string.sub(seen, #ARGV[1] + 2)
end

if ARGV[2] ~= '0' then
  local lease = redis.call('HMGET', KEYS[1], 'e', 'h', 'x')
  local clock = redis.call('TIME')
  if lease[1] ~= ARGV[2] or not lease[2] or tonumber(lease[3]) <= clock[1] * 1000 + math.floor(clock[2] / 1000) then
    return 'F'
  end
end

local now = tonumber(ARGV[3])
local rooms = {}
local at = 5
for r = 1, tonumber(ARGV[4]) do
  local k = 3 + (r - 1) * 4
  local meta = redis.call('HMGET', KEYS[k], 'e', 'h', 'c', 'f', 'p', 't', 'g', 'x')
  rooms[r] = {
    meta = KEYS[k], stream = KEYS[k + 1], keys = KEYS[k + 2], older = KEYS[k + 3],
    ok = meta[1] == ARGV[at] and meta[2] == ARGV[at + 1],
    head = tonumber(meta[2] or 0), total = tonumber(meta[3] or 0), first = tonumber(meta[4] or 1),
    before = tonumber(meta[5] or 0), oldest = tonumber(meta[6] or 0), since = tonumber(meta[7] or 0),
    prolonged = tonumber(meta[8] or 0),
    maxCount = tonumber(ARGV[at + 2]), maxBytes = tonumber(ARGV[at + 3]), age = tonumber(ARGV[at + 4]),
    window = tonumber(ARGV[at + 5]), maxKeys = tonumber(ARGV[at + 6]), stored = 0,
    asked = {}, known = {}, noted = {}, changed = false,
  }
  at = at + 7
end

for i = at, #ARGV, 4 do
  local key = ARGV[i + 1]
  if key ~= '' then
    local asked = rooms[tonumber(ARGV[i])].asked
    asked[#asked + 1] = key
  end
end

-- Returns those that are not there.
local function look(hash, asked, known)
  local missing = {}
  for from = 1, #asked, TOGETHER do
    local found = redis.call('HMGET', hash, unpack(asked, from, math.min(#asked, from + TOGETHER - 1)))
    for i = 1, #found do
      local key = asked[from + i - 1]
      if found[i] then known[key] = found[i] else missing[#missing + 1] = key end
    end
  end
  return missing
end

for r = 1, #rooms do
  local room = rooms[r]
  if room.ok and #room.asked > 0 then
    local missing = look(room.keys, room.asked, room.known)
    -- The older ones were noted before the younger began: after a window none of them holds any more.
    if now < room.since + room.window then
      look(room.older, missing, room.known)
    end
  end
end

local out = {}
for i = at, #ARGV, 4 do
  local room = rooms[tonumber(ARGV[i])]
  local key = ARGV[i + 1]
  local answer = '0'
  if room.ok then
    local first = room.known[key]
    if first then
      local offset, ends = string.match(first, '^(%d+):(%d+)$')
      first = tonumber(ends) > now and offset
    end
    if first then
      answer = '-' .. first
    else
      room.head = room.head + 1
      answer = text(room.head)
      redis.call('XADD', room.stream, answer .. '-0', 't', ARGV[i + 2], 'c', text(room.total), 'b', ARGV[i + 3])
      room.total = room.total + #ARGV[i + 3] + OVERHEAD
      room.stored = room.stored + 1
      if room.oldest == 0 then
        room.oldest, room.changed = tonumber(ARGV[i + 2]), true
      end
      if key ~= '' then
        local value = answer .. ':' .. text(now + room.window)
        local noted = room.noted
        room.known[key] = value
        noted[#noted + 1] = key
        noted[#noted + 1] = value
      end
    end
  end
  out[#out + 1] = answer
end

local function entry(room, offset)
  local id = text(offset) .. '-0'
  local found = redis.call('XRANGE', room.stream, id, id)[1]
  if found then
    return tonumber(found[2][2]), tonumber(found[2][4])
  end
end

-- The least offset whose entry passes, at most the head. What is not there any more does not.
local function firstThat(room, passes)
  local low, high = room.first, room.head
  while low < high do
    local middle = math.floor((low + high) / 2)
    local time, before = entry(room, middle)
    if time and passes(time, before) then high = middle else low = middle + 1 end
  end
  return low
end

-- Trimmed in steps of an eighth, so that it costs next to nothing for each message. Readers are not shown what is beyond count or age.
local function trim(room)
  local first = room.first
  if room.head - first + 1 > room.maxCount + math.max(16, math.floor(room.maxCount / 8)) then
    first = room.head - room.maxCount + 1
  end
  if room.total - room.before > room.maxBytes then
    local goal = room.total - room.maxBytes * 7 / 8
    first = math.max(first, firstThat(room, function(_, before) return before >= goal end))
  end
  if room.oldest < now - room.age * 9 / 8 then
    first = math.max(first, firstThat(room, function(time) return time >= now - room.age end))
  end
  if first > room.first then
    redis.call('XTRIM', room.stream, 'MINID', text(first) .. '-0')
    local time, before = entry(room, first)
    room.first, room.oldest, room.before, room.changed = first, time or 0, before or room.total, true
  end
end

-- Notes the keys of the group; returns whether they began a hash, which has no end yet.
local function note(room)
  local noted = room.noted
  for from = 1, #noted, TOGETHER do
    redis.call('HSET', room.keys, unpack(noted, from, math.min(#noted, from + TOGETHER - 1)))
  end
  local count = redis.call('HLEN', room.keys)
  if now - room.since >= room.window or count >= room.maxKeys then
    redis.call('RENAME', room.keys, room.older)
    room.since, room.changed = now, true
    redis.call('PEXPIRE', room.older, text(room.window + PROLONG))
    return false
  end
  return count <= #noted / 2
end

for r = 1, #rooms do
  local room = rooms[r]
  if room.stored > 0 then
    -- By how much clocks differ does not matter: another node's may be ahead.
    local prolongs = math.abs(now - room.prolonged) >= PROLONG
    trim(room)
    if #room.noted > 0 and note(room) or prolongs then
      redis.call('PEXPIRE', room.keys, text(room.window * 2 + PROLONG))
    end
    if prolongs then
      room.prolonged, room.changed = now, true
      redis.call('PEXPIRE', room.stream, text(room.age + 60000))
    end
    if room.changed then
      redis.call('HSET', room.meta, 'h', text(room.head), 'c', text(room.total), 'f', text(room.first), 'p', text(room.before),
        't', text(room.oldest), 'g', text(room.since), 'x', text(room.prolonged))
    else
      redis.call('HSET', room.meta, 'h', text(room.head), 'c', text(room.total))
    end
    if prolongs then
      redis.call('PEXPIRE', room.meta, text(room.age + room.window + 86400000))
    end
  end
end

local answers = table.concat(out, ',')
redis.call('SET', KEYS[2], ARGV[1] .. ':' .. answers, 'PX', '600000')
return answers

-- Some messages of a room. KEYS: meta, stream. ARGV: after, most messages, most bytes, how many the room offers, the oldest time it offers.
-- Returns epoch (0: there is no history), head, first offset offered; then offset and body of each message.
local OVERHEAD = 192
local function text(number) return string.format('%.0f', number) end

local meta = redis.call('HMGET', KEYS[1], 'e', 'h', 'f')
if not meta[1] then
  return { 0, 0, 1 }
end

local head = tonumber(meta[2])
local first = math.max(tonumber(meta[3]), head - tonumber(ARGV[4]) + 1)
local oldest = tonumber(ARGV[5])
local function isYoung(offset)
  local id = text(offset) .. '-0'
  local found = redis.call('XRANGE', KEYS[2], id, id)[1]
  return found and tonumber(found[2][2]) >= oldest
end

if first <= head and not isYoung(first) then
  local low, high = first, head + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if isYoung(middle) then high = middle else low = middle + 1 end
  end
  first = low
end

local out = { tonumber(meta[1]), head, first }
local from = math.max(tonumber(ARGV[1]) + 1, first)
local count, bytes, maxCount, maxBytes = 0, 0, tonumber(ARGV[2]), tonumber(ARGV[3])
local step = 4
while from <= head and count < maxCount and (bytes < maxBytes or count == 0) do
  local found = redis.call('XRANGE', KEYS[2], text(from) .. '-0', '+', 'COUNT', math.min(step, maxCount - count))
  if #found == 0 then
    break
  end
  for i = 1, #found do
    if count > 0 and bytes >= maxBytes then
      break
    end
    local offset = tonumber(string.match(found[i][1], '^%d+'))
    local body = found[i][2][6]
    out[#out + 1] = offset
    out[#out + 1] = body
    count = count + 1
    bytes = bytes + #body + OVERHEAD
    from = offset + 1
  end
  step = math.min(step * 2, 64)
end
return out

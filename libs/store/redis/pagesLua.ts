import { recordBytes } from '../pageBytes'

/**
 * A page is one string: a header of 16 bytes (u32 records, u32 room for records, 8 spare), then the records. 16 + 4,094 × 16 bytes and Redis's own
 * six fill 64 KiB of its allocator; two records more would take 80. A page grows in the allocator's steps, by a rewrite: SETRANGE alone
 * would take double.
 */
export const headerBytes = 16
export const pageRecords = 4094

/**
 * The rules are those of pageBytes.ts: a record never leaves its page unless its own rider changes, so that whoever reads page after page meets
 * every unchanged rider exactly once; removal swaps with the last record of the page.
 */
export const pagesLua = `
local recordBytes, headerBytes, pageRecords = ${recordBytes}, ${headerBytes}, ${pageRecords}

local function u32(bytes, at)
  local number = struct.unpack('<I4', bytes, at)
  return number
end

-- Offset of a record in its page.
local function offsetOf(at)
  return headerBytes + at * recordBytes
end

local function pageOf(scope, slot)
  return scope.prefix .. digits(math.floor(slot / pageRecords)), slot % pageRecords
end

-- Records in the page, and for how many there is room; 0, 0 without a page.
local function headerOf(page)
  local bytes = redis.call('GETRANGE', page, 0, 7)
  if #bytes == 0 then return 0, 0 end
  return u32(bytes, 1), u32(bytes, 5)
end

-- The allocator's sizes are powers of two and half-way between; 16 bytes of each stay free for Redis itself.
local function roomFor(records)
  local size, half = 64, false
  while size / recordBytes - 2 < records do
    size = half and size / 3 * 4 or size / 2 * 3
    half = not half
  end
  return math.min(pageRecords, size / recordBytes - 2)
end

local function resize(page, count, records)
  local room = roomFor(records)
  local kept = redis.call('GETRANGE', page, headerBytes, offsetOf(count) - 1)
  if count == 0 then kept = '' end
  local rest = string.rep(string.char(0), (room - count) * recordBytes)
  redis.call('SET', page, struct.pack('<I4I4I4I4', count, room, 0, 0) .. kept .. rest)
end

local function opened(keys, args)
  local known = redis.call('HMGET', keys[1], 'pages', 'records', 'riders', 'buckets')
  return {
    directory = keys[1], room = keys[2], prefix = args[1],
    pages = tonumber(known[1] or 0), records = tonumber(known[2] or 0),
    index = tableOf(args[2], tonumber, known[3], known[4]),
  }
end

local function slotsOf(scope, rider)
  local slots = {}
  for slot in string.gmatch(find(scope.index, rider) or '', '%d+') do slots[#slots + 1] = tonumber(slot) end
  table.sort(slots)
  return slots
end

local function setSlots(scope, rider, slots)
  if #slots == 0 then return remove(scope.index, rider) end
  local texts = {}
  for i, slot in ipairs(slots) do texts[i] = digits(slot) end
  set(scope.index, rider, table.concat(texts, ','))
end

local function overwrite(scope, slot, record)
  local page, at = pageOf(scope, slot)
  if redis.call('GETRANGE', page, offsetOf(at), offsetOf(at + 1) - 1) ~= record then
    redis.call('SETRANGE', page, offsetOf(at), record)
  end
end

-- Slots of a rider go from the highest down, so the last record of the page never is another one of his.
local function removeSlot(scope, slot)
  local page, at = pageOf(scope, slot)
  local count, room = headerOf(page)
  local last = count - 1
  if at ~= last then
    local record = redis.call('GETRANGE', page, offsetOf(last), offsetOf(count) - 1)
    local rider = digits(u32(record, 1))
    local slots = slotsOf(scope, rider)
    for i, each in ipairs(slots) do
      if each == slot - at + last then slots[i] = slot end
    end
    redis.call('SETRANGE', page, offsetOf(at), record)
    setSlots(scope, rider, slots)
  end
  redis.call('SETRANGE', page, 0, struct.pack('<I4', last))
  if count == pageRecords then redis.call('SADD', scope.room, digits((slot - at) / pageRecords)) end
  if room > 16 and last * 4 < room then resize(page, last, last * 2) end
end

-- Puts as many of the records as one page takes; returns how many, and their first slot.
local function append(scope, records)
  local number = redis.call('SRANDMEMBER', scope.room)
  if not number then
    number = digits(scope.pages)
    scope.pages = scope.pages + 1
    redis.call('SADD', scope.room, number)
  end
  local page = scope.prefix .. number
  local count, room = headerOf(page)
  local fit = math.min(#records / recordBytes, pageRecords - count)
  if count + fit > room then resize(page, count, count + fit) end
  redis.call('SETRANGE', page, offsetOf(count), string.sub(records, 1, fit * recordBytes))
  redis.call('SETRANGE', page, 0, struct.pack('<I4', count + fit))
  if count + fit == pageRecords then redis.call('SREM', scope.room, number) end
  return fit, tonumber(number) * pageRecords + count
end

local function closed(scope)
  local index = scope.index
  if scope.records > 0 then
    return redis.call('HSET', scope.directory, 'pages', digits(scope.pages), 'records', digits(scope.records),
      'riders', digits(index.count), 'buckets', digits(index.buckets))
  end
  redis.call('DEL', scope.directory, scope.room)
  for number = 0, scope.pages - 1 do redis.call('UNLINK', scope.prefix .. digits(number)) end
end

-- Replaces a rider's records in a scope. The same again writes nothing.
-- KEYS   1 directory (hash: pages, records, riders, buckets)   2 room (set: numbers of the pages that are not full)
-- ARGV   1 start of the pages' keys   2 start of the index buckets' keys (rider → slots)   3 rider   4 records, n × 16 bytes
-- result records in the scope
local function putPages(keys, args)
  local scope, rider, records = opened(keys, args), args[3], args[4]
  local slots, wanted = slotsOf(scope, rider), #args[4] / recordBytes
  local before = #slots
  for i = 1, math.min(before, wanted) do
    overwrite(scope, slots[i], string.sub(records, (i - 1) * recordBytes + 1, i * recordBytes))
  end
  if before == wanted then return scope.records end
  for i = before, wanted + 1, -1 do
    removeSlot(scope, slots[i])
    slots[i] = nil
  end
  while #slots < wanted do
    local put, first = append(scope, string.sub(records, #slots * recordBytes + 1))
    for i = 0, put - 1 do slots[#slots + 1] = first + i end
  end
  setSlots(scope, rider, slots)
  scope.records = scope.records + wanted - before
  closed(scope)
  return scope.records
end
`

/** Bytes of a look-up: see addressKey.ts. */
export const addressBytes = 16
export const positionBytes = 8
/** By number, so that a fan-out finds neighbours together. */
export const ridersPerBucket = 64

/**
 * A rider's value by number is `position (8 bytes, big endian) | u8 addresses | n × 16 bytes | record`: an address that is no longer in the
 * record must be forgotten. By id there is the number, or for an erased rider `e` and the position that erased him.
 */
export const ridersLua = `
local positionBytes, addressBytes, recordsPerBucket = ${positionBytes}, ${addressBytes}, ${ridersPerBucket}

-- The bytes of text itself are no good hash where ids are counted up.
local function hashOfText(text)
  return tonumber(string.sub(redis.sha1hex(text), 1, 8), 16)
end

local function hashOfAddress(address)
  local hash = struct.unpack('>I4', address)
  return hash
end

-- Numbers hold 53 bits, so in two halves.
local function isNewer(a, b)
  local aHigh, aLow = struct.unpack('>I4I4', a)
  local bHigh, bLow = struct.unpack('>I4I4', b)
  if aHigh ~= bHigh then return aHigh > bHigh end
  return aLow > bLow
end

local function openedRiders(keys, args)
  local known = redis.call('HMGET', keys[1], 'size', 'last', 'ids', 'idBuckets', 'addresses', 'addressBuckets')
  return {
    meta = keys[1], records = args[1], size = tonumber(known[1] or 0), last = tonumber(known[2] or 0),
    ids = tableOf(args[2], hashOfText, known[3], known[4]),
    addresses = tableOf(args[3], hashOfAddress, known[5], known[6]),
  }
end

local function closedRiders(riders)
  redis.call('HSET', riders.meta, 'size', digits(riders.size), 'last', digits(riders.last),
    'ids', digits(riders.ids.count), 'idBuckets', digits(riders.ids.buckets),
    'addresses', digits(riders.addresses.count), 'addressBuckets', digits(riders.addresses.buckets))
end

local function recordKey(riders, number)
  return riders.records .. digits(math.floor(tonumber(number) / recordsPerBucket))
end

-- What is there of a rider: {position, number, value}, without number and value when erased; nil when never seen.
local function before(riders, id)
  local entry = find(riders.ids, id)
  if not entry then return nil end
  if string.sub(entry, 1, 1) == 'e' then return { position = string.sub(entry, 2) } end
  local value = redis.call('HGET', recordKey(riders, entry), entry)
  return value and { position = string.sub(value, 1, positionBytes), number = entry, value = value }
end

local function addressesIn(value)
  local addresses = {}
  for i = 0, string.byte(value, positionBytes + 1) - 1 do
    local at = positionBytes + 2 + i * addressBytes
    addresses[#addresses + 1] = string.sub(value, at, at + addressBytes - 1)
  end
  return addresses
end

-- An address that another rider has got since stays his.
local function forget(riders, old)
  redis.call('HDEL', recordKey(riders, old.number), old.number)
  for _, address in ipairs(addressesIn(old.value)) do
    if find(riders.addresses, address) == old.number then remove(riders.addresses, address) end
  end
  riders.size = riders.size - 1
end

local function learn(riders, id, number, value)
  redis.call('HSET', recordKey(riders, number), number, value)
  set(riders.ids, id, number)
  for _, address in ipairs(addressesIn(value)) do set(riders.addresses, address, number) end
  riders.size = riders.size + 1
  riders.last = math.max(riders.last, tonumber(number))
end

-- Puts or erases a rider unless what is there is newer. The same position again changes nothing: it must not take back an address that
-- another rider has got since.
-- KEYS   1 meta (hash)
-- ARGV   1 start of the records' keys   2 of the ids' buckets   3 of the addresses' buckets   4 id   5 position
--        6 number, empty: erase   7 value as by number
-- result 1 applied, now or before; 0 older
local function applyRider(keys, args)
  local riders, id, position, number = openedRiders(keys, args), args[4], args[5], args[6]
  local old = before(riders, id)
  if old and not isNewer(position, old.position) then return position == old.position and 1 or 0 end
  if old and old.number then forget(riders, old) end
  if number == '' then set(riders.ids, id, 'e' .. position) else learn(riders, id, number, args[7]) end
  closedRiders(riders)
  return 1
end

-- KEYS   1 meta   ARGV 1 to 3 as above   4 id
-- result number and value, or nothing
local function riderById(keys, args)
  local old = before(openedRiders(keys, args), args[4])
  return old and old.number and { old.number, old.value }
end

-- KEYS   1 meta   ARGV 1 to 3 as above   4 address
-- result number and value, or nothing
local function riderByAddress(keys, args)
  local riders = openedRiders(keys, args)
  local number = find(riders.addresses, args[4])
  local value = number and redis.call('HGET', recordKey(riders, number), number)
  return value and { number, value }
end

-- KEYS   1 meta   ARGV 1 the lowest number that must not be given any more
-- result the last number given
local function reserveNumbers(keys, args)
  local last = math.max(tonumber(redis.call('HGET', keys[1], 'last') or 0), tonumber(args[1]))
  redis.call('HSET', keys[1], 'last', digits(last))
  return last
end
`

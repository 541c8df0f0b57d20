/**
 * A value is `f64 expiresAtMs, little endian, 0 = never | bytes`. Whether it has expired is judged by the caller's clock, as in the other
 * adapters; the server's own expiry comes a minute later and only clears away, so that its clock may differ.
 */
export const expiryBytes = 8

export const stateLua = `
local graceMs, mostSwept = 60000, 16

local function isLive(value, now)
  local expires = struct.unpack('<d', value)
  return expires == 0 or expires > now
end

-- state: {names, expiries, prefix, now}
local function stateOf(keys, args)
  return { names = keys[1], expiries = keys[2], prefix = args[1], now = tonumber(args[2]) }
end

local function clear(state, name)
  redis.call('UNLINK', state.prefix .. name)
  redis.call('ZREM', state.names, name)
  redis.call('ZREM', state.expiries, name)
end

-- A few at a time, with every write of something that expires: so that names cannot pile up, and no write waits for many.
local function sweep(state)
  local gone = redis.call('ZRANGEBYSCORE', state.expiries, '-inf', digits(state.now), 'LIMIT', 0, mostSwept)
  for _, name in ipairs(gone) do clear(state, name) end
end

local function store(state, name, expires, bytes)
  local value = struct.pack('<d', expires) .. bytes
  redis.call('ZADD', state.names, 0, name)
  if expires == 0 then
    redis.call('SET', state.prefix .. name, value)
    redis.call('ZREM', state.expiries, name)
    return
  end
  redis.call('SET', state.prefix .. name, value, 'PX', digits(math.max(0, expires - state.now) + graceMs))
  redis.call('ZADD', state.expiries, digits(expires), name)
end

-- KEYS   1 names (zset, by name)   2 expiries (zset, by time)   3 and more: the values' keys
-- ARGV   1 start of the values' keys   2 now   then n × name, expiry in ms (0 never, empty: delete), bytes
-- result nothing
local function putValues(keys, args)
  local state, expiring = stateOf(keys, args), false
  for i = 3, #args, 3 do
    if args[i + 1] ~= '' and args[i + 1] ~= '0' then expiring = true end
  end
  if expiring then sweep(state) end
  for i = 3, #args, 3 do
    if args[i + 1] == '' then clear(state, args[i]) else store(state, args[i], tonumber(args[i + 1]), args[i + 2]) end
  end
end

-- KEYS   1 names   2 expiries   3 the value's key   ARGV 1 start of the values' keys   2 now   3 name   4 expiry in ms   5 bytes
-- result the value that is there afterwards
local function putIfAbsent(keys, args)
  local state = stateOf(keys, args)
  local value = redis.call('GET', keys[3])
  if value and isLive(value, state.now) then return value end
  sweep(state)
  store(state, args[3], tonumber(args[4]), args[5])
  return redis.call('GET', keys[3])
end

-- KEYS   1 places (hash: value → index)   2 table (list)   ARGV 1 value
-- result the value's index, appended if it was not there
local function intern(keys, args)
  local place = redis.call('HGET', keys[1], args[1])
  if place then return tonumber(place) end
  place = redis.call('RPUSH', keys[2], args[1]) - 1
  redis.call('HSET', keys[1], args[1], place)
  return place
end

-- The rule of leaseRules.ts.
-- KEYS   1 lease (hash: holder, epoch, expires)   ARGV 1 holder   2 how long, ms   3 now
-- result the epoch, or nothing: somebody else holds it
local function takeLease(keys, args)
  local held = redis.call('HMGET', keys[1], 'holder', 'epoch', 'expires')
  local now, epoch = tonumber(args[3]), tonumber(held[2] or 0)
  if not held[3] or tonumber(held[3]) <= now then
    epoch = epoch + 1
  elseif held[1] ~= args[1] then
    return false
  end
  redis.call('HSET', keys[1], 'holder', args[1], 'epoch', digits(epoch), 'expires', digits(now + tonumber(args[2])))
  return epoch
end

-- The epoch must survive.
-- KEYS   1 lease   ARGV 1 holder
-- result nothing
local function releaseLease(keys, args)
  if redis.call('HGET', keys[1], 'holder') == args[1] then redis.call('HSET', keys[1], 'expires', 0) end
end
`

import { slotBytes } from '#domain/slot'

/** Message ids of so many slots share a hash, which stays a listpack. */
export const slotsPerMessages = 128

export const cohortsLua = `
local slotBytes, slotsPerMessages = ${slotBytes}, ${slotsPerMessages}

local function openOne(list, recipients, slots, name, size, header, bytes)
  if redis.call('HEXISTS', list, name) == 1 then return false end
  redis.call('SET', recipients, bytes)
  -- Its zero bytes need not stand in the log on disk: what SETRANGE skips is zero, and a new key takes no more room than it needs.
  if size > 0 then redis.call('SETRANGE', slots, size * slotBytes - 1, string.char(0)) end
  redis.call('HSET', list, name, struct.pack('<I4', size) .. header)
  return true
end

-- The first writer wins: cohorts in their order, until one is there already.
-- KEYS   1 the disruption's cohorts (hash: name → u32 size and header)   n × recipients, slots
-- ARGV   n × name, size, header, recipients
-- result how many were opened
local function openCohorts(keys, args)
  local opened = 0
  for i = 1, #args, 4 do
    local recipients, slots = keys[2 + opened * 2], keys[3 + opened * 2]
    if not openOne(keys[1], recipients, slots, args[i], tonumber(args[i + 1]), args[i + 2], args[i + 3]) then break end
    opened = opened + 1
  end
  return opened
end

-- As above, of one: what a process of an earlier version calls.
-- result 1 opened, 0 there was one
local function openCohort(keys, args)
  return openCohorts(keys, args)
end

-- KEYS   1 the disruption's cohorts   ARGV 1 start of their names
-- result names and values by turns
local function listCohorts(keys, args)
  local all, found, prefix = redis.call('HKEYS', keys[1]), {}, args[1]
  for _, name in ipairs(all) do
    if string.sub(name, 1, #prefix) == prefix then
      found[#found + 1] = name
      found[#found + 1] = redis.call('HGET', keys[1], name)
    end
  end
  return found
end

local function ownedByNewer(owners, name, epoch)
  return (tonumber(redis.call('HGET', owners, name)) or 0) > epoch
end

-- From now on only this epoch writes the cohort's slots.
-- KEYS   1 the disruption's cohorts   2 owners (hash: name → epoch)   ARGV 1 name   2 epoch
-- result 1 owned, 0 a newer epoch owns it or there is no such cohort
local function ownCohort(keys, args)
  if redis.call('HEXISTS', keys[1], args[1]) == 0 or ownedByNewer(keys[2], args[1], tonumber(args[2])) then return 0 end
  redis.call('HSET', keys[2], args[1], args[2])
  return 1
end

-- Chunks of cohorts that are there and that no newer epoch owns; nothing grows beyond its cohort.
-- KEYS   1 owners   n × slots   ARGV n × name, epoch, offset, bytes
-- result the names that were refused
local function writeChunks(keys, args)
  local refused = {}
  for i = 2, #keys do
    local at = (i - 2) * 4
    local name, epoch, offset, bytes = args[at + 1], tonumber(args[at + 2]), tonumber(args[at + 3]), args[at + 4]
    local length = redis.call('STRLEN', keys[i])
    if offset >= length or ownedByNewer(keys[1], name, epoch) then
      refused[#refused + 1] = name
    else
      redis.call('SETRANGE', keys[i], offset, string.sub(bytes, 1, length - offset))
    end
  end
  return refused
end

-- KEYS   1 slots   2 message ids (hash: slot → id)   ARGV 1 slot   2 message id
-- result 1 put, 0 no such cohort
local function putMessage(keys, args)
  if redis.call('EXISTS', keys[1]) == 0 then return 0 end
  redis.call('HSET', keys[2], args[1], args[2])
  return 1
end

-- KEYS   1 the disruption's cohorts   2 recipients   3 slots   4 owners   ARGV 1 name   2 start of the message ids' keys
-- result how many cohorts the disruption still has
local function dropCohort(keys, args)
  local slots = redis.call('STRLEN', keys[3]) / slotBytes
  for number = 0, math.ceil(slots / slotsPerMessages) - 1 do redis.call('UNLINK', args[2] .. digits(number)) end
  redis.call('UNLINK', keys[2], keys[3])
  redis.call('HDEL', keys[1], args[1])
  redis.call('HDEL', keys[4], args[1])
  return redis.call('HLEN', keys[1])
end
`

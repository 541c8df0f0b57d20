/**
 * A table in buckets that stay small enough for a listpack (a hash of at most 128 short entries, 10 to 13 bytes each with number and place, where
 * a hash of its own or a big hash table would take 60 and more). It grows by one bucket at a time (linear hashing, Litwin 1980): no call ever
 * moves more than one bucket's entries, and a small scope has one bucket only.
 */
export const entriesPerBucket = 48

export const bucketsLua = `
local entriesPerBucket = ${entriesPerBucket}

-- Lua itself would write 1e+15.
local function digits(number)
  return string.format('%.0f', number)
end

local function roundOf(buckets)
  local _, exponent = math.frexp(buckets)
  return 2 ^ (exponent - 1)
end

local function bucketOf(hash, buckets)
  local round = roundOf(buckets)
  local at = hash % (round * 2)
  return at < buckets and at or hash % round
end

-- A table from what its owner remembers of it: {prefix, hash, count, buckets}.
local function tableOf(prefix, hash, count, buckets)
  return { prefix = prefix, hash = hash, count = tonumber(count or 0), buckets = tonumber(buckets or 1) }
end

local function bucketKey(t, field)
  return t.prefix .. digits(bucketOf(t.hash(field), t.buckets))
end

local function find(t, field)
  return redis.call('HGET', bucketKey(t, field), field)
end

-- One more bucket: the entries of one older bucket are shared out between the two.
local function split(t)
  local older = t.prefix .. digits(t.buckets - roundOf(t.buckets))
  local added = t.prefix .. digits(t.buckets)
  local all, stay, move = redis.call('HGETALL', older), {}, {}
  t.buckets = t.buckets + 1
  for i = 1, #all, 2 do
    local into = bucketKey(t, all[i]) == added and move or stay
    into[#into + 1] = all[i]
    into[#into + 1] = all[i + 1]
  end
  if #move == 0 then return end
  redis.call('DEL', older)
  redis.call('HSET', added, unpack(move))
  if #stay > 0 then redis.call('HSET', older, unpack(stay)) end
end

local function set(t, field, value)
  t.count = t.count + redis.call('HSET', bucketKey(t, field), field, value)
  while t.count > t.buckets * entriesPerBucket do split(t) end
end

local function remove(t, field)
  t.count = t.count - redis.call('HDEL', bucketKey(t, field), field)
end
`

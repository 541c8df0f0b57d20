/** Replicas' clocks differ by less than this; further back, the clock itself was set back. */
const skewMs = 10_000

/**
 * The rule of tokenBucket.ts for many processes: one whose clock is a little behind must not turn the bucket's time back, or the next one would
 * refill the same moments again. Not idempotent: tokens of an answer that is lost are lost too, which sends less, never more.
 */
export const limitsLua = `
local function exact(number)
  return string.format('%.17g', number)
end

-- KEYS   1 account (hash: tokens, at, frozen)   ARGV 1 tokens a second   2 burst   3 wanted   4 now in ms
-- result granted, ms until the next one when none was left
local function drawTokens(keys, args)
  local perSecond, burst, want, now = tonumber(args[1]), math.max(1, tonumber(args[2])), tonumber(args[3]), tonumber(args[4])
  local known = redis.call('HMGET', keys[1], 'tokens', 'at', 'frozen')
  local tokens, at, frozen = tonumber(known[1] or 0), tonumber(known[2] or now), tonumber(known[3] or 0)
  if known[1] then tokens = math.min(burst, tokens + math.max(0, now - at) / 1000 * perSecond) end
  if now < frozen then want = 0 end
  local granted = math.max(0, math.min(math.floor(want), math.floor(tokens)))
  local wait = 0
  if granted == 0 and want >= 1 then wait = math.ceil((1 - tokens) / perSecond * 1000) end
  if at - now > ${skewMs} then at = now end
  redis.call('HSET', keys[1], 'tokens', exact(tokens - granted), 'at', exact(math.max(at, now)))
  return { granted, math.max(wait, frozen - now) }
end

-- A later freeze wins.
-- KEYS   1 account   ARGV 1 until, epoch ms
-- result nothing
local function freezeAccount(keys, args)
  local frozen = tonumber(redis.call('HGET', keys[1], 'frozen') or 0)
  if tonumber(args[1]) > frozen then redis.call('HSET', keys[1], 'frozen', exact(tonumber(args[1]))) end
end
`

-- Runs once per engine, before any script: takes away what no behavior may have and bounds the rest.
local pcall, error, type, select, rawget = pcall, error, type, select, rawget
local getmetatable, setmetatable, tostring, tonumber = getmetatable, setmetatable, tostring, tonumber
local gsub, sub, rep, concat = string.gsub, string.sub, string.rep, table.concat
local date, time, difftime = os.date, os.time, os.difftime
local randomseed, tointeger, collectgarbage = math.randomseed, math.tointeger, collectgarbage

local MAX_REP_BYTES = 256 * 1024
local MAX_DATE_SECONDS = 8640000000000
local MAX_LOG_LINES, MAX_LOG_BYTES = 50, 500

for _, name in ipairs { "collectgarbage", "dofile", "load", "loadfile", "print", "warn" } do
  _G[name] = nil
end
string.dump = nil
math.randomseed = nil
getmetatable("").__metatable = false

-- Errors of a wrapped function are reported at the line of the script that called it.
local function guarded(name, fn, ...)
  local ok, result = pcall(fn, ...)
  if ok then return result end
  error(type(result) == "string" and gsub(result, "'%?'", "'" .. name .. "'") or result, 3)
end

-- Finalizers would run outside any protected call and without the script's own frame.
function _G.setmetatable(object, meta)
  if type(meta) == "table" and rawget(meta, "__gc") ~= nil then
    error("'__gc' is not allowed in a behavior", 2)
  end
  if type(object) == "table" and type(meta) == "table" and getmetatable(object) == nil then
    return setmetatable(object, meta)
  end
  return (guarded("setmetatable", setmetatable, object, meta))
end

local function sizeOf(text)
  local kind = type(text)
  return (kind == "string" or kind == "number") and #tostring(text) or nil
end

function string.rep(text, count, separator)
  local unit, times, gap = sizeOf(text), tointeger(count or nil), separator == nil and 0 or sizeOf(separator)
  if not (unit and times and gap) then return (guarded("rep", rep, text, count, separator)) end
  if (unit + gap) * (times + 0.0) > MAX_REP_BYTES then
    error("resulting string too large (string.rep is limited to 256 KiB)", 2)
  end
  return rep(text, times, separator)
end

-- Time stands still during a run, and the time zone is UTC.
os = {
  time = time,
  difftime = difftime,
  clock = function() return 0.0 end,
  date = function(format, seconds)
    if seconds == nil then return (guarded("date", date, format)) end
    local number = tonumber(seconds)
    if number and (number > MAX_DATE_SECONDS or number < -MAX_DATE_SECONDS) then
      error("date result cannot be represented in this installation", 2)
    end
    return (guarded("date", date, format, seconds))
  end,
}

local lines = {}
function log(...)
  if #lines >= MAX_LOG_LINES then return end
  local parts = {}
  for index = 1, select("#", ...) do
    parts[index] = sub(tostring((select(index, ...))), 1, MAX_LOG_BYTES)
  end
  lines[#lines + 1] = sub(concat(parts, " "), 1, MAX_LOG_BYTES)
end

-- A collection starts only after the heap has grown tenfold, which a benign run never does.
collectgarbage()
collectgarbage("incremental", 1000, 200)

return lines, randomseed

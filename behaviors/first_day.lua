-- @role generalist
-- @status draft
-- @description For a new agent in a team: it says that it is new and asks more during its first twenty cycles, so that people learn what to expect of it.

local done = context.cycles_completed

if done < 20 then
  return {
    personality = { tone = "modest", verbosity = "normal", emoji_use = false, code_examples = true },
    tools = context.available_tools,
    confidence_threshold = 0.9,
    ask_human_below = 0.7,
    response_template = done == 0 and "I am new here, so correct me where I get your ways wrong." or nil,
    reasoning = "Cycle " .. (done + 1) .. ", of twenty in which it rather asks than guesses",
    applied_rules = { "first_day" }
  }
end

return {
  personality = { tone = "friendly", verbosity = "normal", emoji_use = false, code_examples = true },
  tools = context.available_tools,
  confidence_threshold = 0.8,
  reasoning = "Settled in",
  applied_rules = { "settled_in" }
}

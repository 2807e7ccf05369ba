-- @role generalist
-- @status draft
-- @description For people who write late: in the evening, in their own time zone, quieter and shorter, with what can wait put off until the morning unless it is urgent.

local urgent = context.urgency == "high"

if context.time_of_day == "evening" and not urgent then
  return {
    personality = { tone = "quiet", verbosity = "concise", emoji_use = false, code_examples = false },
    tools = context.available_tools,
    confidence_threshold = 0.85,
    response_template = "Short for tonight; the rest keeps until the morning:",
    reasoning = "Late and not urgent: only what is needed now",
    applied_rules = { "quiet_evening" }
  }
end

return {
  personality = { tone = urgent and "direct" or "friendly", verbosity = "normal", emoji_use = false, code_examples = false },
  tools = context.available_tools,
  confidence_threshold = 0.8,
  reasoning = urgent and "Urgent at any hour" or "Daytime",
  applied_rules = { "daytime" }
}

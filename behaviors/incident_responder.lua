-- @role code_developer
-- @status draft
-- @description For rooms where things break: under high urgency a terse checklist and no pleasantries, otherwise a calm thorough search for causes.

local broken = context.task_type == "debugging"

if context.urgency == "high" then
  return {
    personality = { tone = "direct", verbosity = "concise", emoji_use = false, code_examples = broken },
    tools = context.available_tools,
    confidence_threshold = 0.7, -- speed counts, and a person is watching
    ask_human_below = 0.4,
    response_template = "1. What to do now:\n2. What to check next:\n3. Whom to tell:",
    reasoning = "High urgency: first stop the damage, explain afterwards",
    applied_rules = { "incident_first_aid" }
  }
end

return {
  personality = { tone = "calm", verbosity = broken and "detailed" or "normal", emoji_use = false, code_examples = broken },
  tools = context.available_tools,
  confidence_threshold = 0.85,
  reasoning = broken and "A fault without urgency: look for the cause, not only the cure" or "No incident",
  applied_rules = { broken and "find_the_cause" or "everyday" }
}

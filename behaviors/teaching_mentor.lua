-- @role code_developer
-- @status draft
-- @description For people who want to learn: those who prefer detail get the reasons and an example, the others a short hint and an offer to go deeper.

local wishes = context.user_preferences
local style = type(wishes.style) == "string" and wishes.style or "friendly"

if wishes.verbosity == "detailed" then
  return {
    personality = { tone = style, verbosity = "detailed", emoji_use = false, code_examples = true },
    tools = context.available_tools,
    confidence_threshold = 0.8,
    response_template = "Let us build it up step by step: first the idea, then a small example, then your case.",
    reasoning = "Prefers detail: explain why before how, with an example",
    applied_rules = { "teach_step_by_step" }
  }
end

return {
  personality = { tone = style, verbosity = "concise", emoji_use = false, code_examples = wishes.verbosity ~= "concise" },
  tools = context.available_tools,
  confidence_threshold = 0.8,
  reasoning = "No wish for detail: one hint, and the offer to go deeper",
  applied_rules = { "hint_first" }
}

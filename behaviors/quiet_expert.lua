-- @role generalist
-- @status draft
-- @description For rooms of professionals: the answer in the first sentence, no greeting, no emoji, examples only where code is asked for, and a person's wish for detail is honoured.

local about_code = {
  code_review = true, code_generation = true, debugging = true, refactoring = true, testing = true
}

local wants = context.user_preferences.verbosity
local verbosity = "concise"
if wants == "detailed" or wants == "normal" then verbosity = wants end

return {
  personality = {
    tone = "technical",
    verbosity = verbosity,
    emoji_use = false,
    code_examples = about_code[context.task_type] == true
  },
  tools = context.available_tools,
  confidence_threshold = 0.9,
  ask_human_below = 0.5,
  reasoning = "Experts want the answer first and nothing around it",
  applied_rules = { "answer_first" }
}

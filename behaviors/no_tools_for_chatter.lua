-- @role generalist
-- @status draft
-- @description For busy rooms with a budget: tools only where the task can need them, so that small talk costs one short model call.

local needs_tools = {
  calculation = true, research = true, planning = true, question = true, debugging = true
}

local task = context.task_type
local plain = not needs_tools[task]

return {
  personality = {
    tone = "friendly",
    verbosity = plain and "concise" or "normal",
    emoji_use = plain,
    code_examples = false
  },
  tools = plain and {} or context.available_tools,
  confidence_threshold = 0.8,
  reasoning = plain and ("No tool helps with " .. task) or ("A tool may help with " .. task),
  applied_rules = { plain and "chatter" or "work" }
}

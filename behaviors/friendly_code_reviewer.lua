-- behaviors/friendly_code_reviewer.lua
local task_type = context.task_type
local urgency = context.urgency

-- Friendly tone for code reviews
if task_type == "code_review" then
  return {
    personality = {
      tone = "friendly",
      verbosity = "detailed",
      emoji_use = true,
      code_examples = true
    },
    tools = context.available_tools,  -- Use role defaults
    confidence_threshold = 0.85,
    response_template = [[
Hey! Let me take a look at this code for you. 👀

I'll check for:
- Code quality ✓
- Security issues 🔒
- Best practices 📚

Give me a moment...
]],
    reasoning = "Friendly code reviewer - detailed feedback with examples"
  }
end

-- Default behavior
return {
  personality = {tone = "casual", verbosity = "normal", emoji_use = false},
  tools = context.available_tools,
  confidence_threshold = 0.8,
  response_template = "I'll help you with that task.",
  reasoning = "Default friendly behavior"
}

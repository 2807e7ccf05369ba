-- behaviors/context_aware.lua
local time_of_day = context.time_of_day
local urgency = context.urgency
local success_rate = context.success_rate

-- Morning = energetic
if time_of_day == "morning" then
  return {
    personality = {
      tone = "energetic",
      verbosity = "normal",
      emoji_use = true,
      code_examples = true
    },
    tools = context.available_tools,
    confidence_threshold = 0.8,
    response_template = "Good morning! ☀️ Let's tackle this task together!",
    reasoning = "Morning energy boost"
  }
end

-- High urgency = concise
if urgency == "high" then
  return {
    personality = {
      tone = "direct",
      verbosity = "concise",
      emoji_use = false,
      code_examples = false
    },
    tools = context.available_tools,
    confidence_threshold = 0.7,  -- Lower for speed
    response_template = "Urgent task detected. Starting immediately.",
    reasoning = "High urgency - concise and fast"
  }
end

-- Low success rate = cautious
if success_rate < 0.7 then
  return {
    personality = {
      tone = "cautious",
      verbosity = "detailed",
      emoji_use = false,
      code_examples = true
    },
    tools = context.available_tools,
    confidence_threshold = 0.95,  -- Very high threshold
    ask_human_below = 0.8,
    response_template = "I want to be extra careful with this task. Let me analyze thoroughly...",
    reasoning = "Recent failures - being cautious"
  }
end

-- Default
return {
  personality = {tone = "friendly", verbosity = "normal", emoji_use = true},
  tools = context.available_tools,
  confidence_threshold = 0.8,
  response_template = "I'm on it!",
  reasoning = "Standard behavior"
}

/** How far an agent goes in answering other bots; past that it is silent until a person writes. */
export const BOT_LIMITS = {
  /** Answers of one agent to one bot within the window, in all rooms together. Only time resets it. */
  pairAnswers: 20,
  pairWindowMs: 3_600_000,
  /** Answers to bots in a room since a person last wrote there. */
  consecutiveAnswers: 5,
  /** What those answers may have cost together, in micro-dollars. */
  spendMicros: 250_000n,
} as const;

/** What an agent has answered to bots so far. */
export type BotExchange = {
  /** Answers to this bot within the window. */
  pairAnswers: number;
  /** Answers to any bot since a person last wrote. */
  consecutiveAnswers: number;
  /** Their cost in micro-dollars. */
  spentMicros: bigint;
};

/** Why an agent does not answer a bot once more; undefined where it does. */
export function refuseBot(exchange: BotExchange): string | undefined {
  const { consecutiveAnswers, pairAnswers, pairWindowMs, spendMicros } = BOT_LIMITS;
  const untilPerson = "It is silent until a person writes here.";
  if (exchange.consecutiveAnswers >= consecutiveAnswers) {
    return `Loop guard: the agent has answered bots ${consecutiveAnswers} times since a person wrote. ${untilPerson}`;
  }
  if (exchange.spentMicros >= spendMicros) {
    const dollars = (Number(spendMicros) / 1e6).toFixed(2);
    return `Loop guard: answers to bots have cost $${dollars} since a person wrote. ${untilPerson}`;
  }
  if (exchange.pairAnswers >= pairAnswers) {
    const minutes = pairWindowMs / 60_000;
    return `Loop guard: the agent has answered this bot ${pairAnswers} times within ${minutes} minutes. It is silent until some of them are over.`;
  }
  return undefined;
}

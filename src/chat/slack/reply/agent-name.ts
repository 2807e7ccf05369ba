import type { ReplyAddress } from "../../../rooms/chat-platform.ts";
import type { OwnIdentity } from "../api/own-identity.ts";
import type { UnmarkedMessage } from "./find-reply.ts";

const LONGEST_NAME = 80;
const PLAIN = /^[\p{L}\p{M}\p{N} ._'-]+$/u;
const ESCAPED = { "&amp;": "&", "&lt;": "<", "&gt;": ">" } as const;

/** The name under which an agent writes; without chat:write.customize Slack leaves it out. */
export function toAgentName({ name }: ReplyAddress["agent"]): string {
  return name.slice(0, LONGEST_NAME).toWellFormed().trim();
}

/**
 * Whether a stream of this address could be told from everybody else's there, if it had to be found
 * again. Slack may show signs and emoji of a name in another way than they were sent.
 */
export function isKnownByName({ agent, persona, namesake }: ReplyAddress): boolean {
  return namesake !== true && (persona !== true || PLAIN.test(toAgentName(agent)));
}

/**
 * Whether a message that carries no delivery's id is the stream of this address that somebody left
 * open. An agent's answers in one thread are written one after the other, and all that are whole
 * carry an id; so what is left under its name is of the answer that is being written.
 */
export function isLeftOpen(
  { botId, name, isStream }: UnmarkedMessage,
  address: ReplyAddress,
  own: OwnIdentity,
): boolean {
  if (address.thread === undefined || botId !== own.botId || !isKnownByName(address)) return false;
  const ownName = toAgentName(address.agent);
  if (name !== undefined && unescape(name) === ownName) return true;
  const isAlone = isStream && address.persona !== true;
  return isAlone && (name === undefined || !PLAIN.test(ownName));
}

function unescape(text: string): string {
  return text
    .replace(/&(?:amp|lt|gt);/g, (entity) => ESCAPED[entity as keyof typeof ESCAPED])
    .trim();
}

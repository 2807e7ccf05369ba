import type { ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import type { OwnIdentity } from "../api/own-identity.ts";
import type { UnmarkedMessage } from "./find-reply.ts";
import { toUsername } from "./persona.ts";

const PLAIN = /^[\p{L}\p{M}\p{N} ._'-]+$/u;
const ESCAPED = { "&amp;": "&", "&lt;": "<", "&gt;": ">" } as const;

/**
 * Whether a stream of this address could be told from everybody else's there, if it had to be found
 * again. Slack may show signs and emoji of a name in another way than they were sent.
 */
export function isKnownByName(address: ReplyAddress): boolean {
  return address.namesake !== true && (address.persona !== true || PLAIN.test(toName(address)));
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
  if (!isStream || address.thread === undefined || botId !== own.botId || !isKnownByName(address))
    return false;
  const ownName = toName(address);
  if (name !== undefined && unescape(name) === ownName) return true;
  const isAlone = address.persona !== true;
  return isAlone && (name === undefined || !PLAIN.test(ownName));
}

function toName({ agent }: ReplyAddress): string {
  return toUsername(agent).trim();
}

function unescape(text: string): string {
  return text
    .replace(/&(?:amp|lt|gt);/g, (entity) => ESCAPED[entity as keyof typeof ESCAPED])
    .trim();
}

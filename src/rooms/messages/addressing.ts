import { findMentions } from "./mentions.ts";
import type { Member } from "../room-directory.ts";

// What stands before the first plain word: mentions of the bot or of anybody.
const LEADING_MENTIONS = /^(?:\s*@\S+[\s,:]*)*/u;
const FIRST_WORD = /^[\p{L}\p{N}][\p{L}\p{N}_-]*/u;

/**
 * The names by which a message may address agents, in lower case: every `@name`, and in a message to
 * the bot its first plain word, as in `@troupe sage, what is new?`.
 */
export function namesIn(text: string, toBot: boolean | undefined): string[] {
  const mentions = findMentions(text);
  if (toBot !== true) return mentions;
  const rest = text.replace(LEADING_MENTIONS, "");
  const first = FIRST_WORD.exec(rest)?.[0].toLowerCase();
  return first === undefined ? mentions : [...new Set([...mentions, first])];
}

/**
 * Who answers a message: the members it names; one that is switched off says so. Where it names none:
 * in a console room the only member that is on; on a platform the first of those if the message speaks
 * to the bot, or of all where every one is off, and else the members that always answer.
 */
export function findAddressed<M extends Pick<Member, "slug" | "name" | "mode">>(
  { members }: { members: M[] },
  text: string,
  toBot: boolean | undefined,
): M[] {
  const names = namesIn(text, toBot);
  const named = names.flatMap((name) =>
    members.filter((member) => member.slug === name || member.name.toLowerCase() === name),
  );
  if (named.length > 0) return [...new Set(named)];
  const present = members.filter(({ mode }) => mode !== "off");
  if (toBot === false) return present.filter(({ mode }) => mode === "always");
  if (toBot === true) return (present.length > 0 ? present : members).slice(0, 1);
  return present.length === 1 ? present : [];
}

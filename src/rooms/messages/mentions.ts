const MENTION = /(?<![\p{L}\p{N}_@/.])@([\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,62}[\p{L}\p{N}])?)/gu;

/** The names mentioned in a text as `@name`, in lower case, each once, in order. */
export function findMentions(text: string): string[] {
  const names = Array.from(text.matchAll(MENTION), ([, name]) => (name as string).toLowerCase());
  return [...new Set(names)];
}

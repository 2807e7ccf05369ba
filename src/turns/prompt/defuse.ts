// The elements that carry structure in a prompt.
const STRUCTURE = /<(?=\/?(?:message|facts|summary|file|confidence)\b)/gi;

/** Somebody's text inside a prompt: the letters of a structural element stay letters. */
export function defuse(text: string): string {
  return text.replace(STRUCTURE, "&lt;");
}

/** Likewise on one line, for a name or a value among the facts. */
export function defuseLine(text: string): string {
  return defuse(text).replaceAll(/\s+/g, " ").trim();
}

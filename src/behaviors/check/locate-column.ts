/**
 * Where in its line the trouble is, counted from 1: Lua names the line and quotes the word it
 * stumbled over, so the place is known where that word occurs only once in the line.
 */
export function locateColumn(
  script: string,
  { line, message }: { line?: number; message: string },
): number | undefined {
  if (line === undefined) return undefined;
  const text = script.split("\n")[line - 1]?.trimEnd();
  if (text === undefined) return undefined;
  if (message.endsWith("near <eof>")) return text.length + 1;
  const word = /'([^']+)'\)?$/.exec(message)?.[1];
  if (word === undefined) return undefined;
  const first = text.indexOf(word);
  return first === -1 || first !== text.lastIndexOf(word) ? undefined : first + 1;
}

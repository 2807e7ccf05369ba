/** A behavior script that answers in the given tone. */
export function tone(name: string): string {
  return `return { personality = { tone = "${name}" }, tools = context.available_tools }`;
}

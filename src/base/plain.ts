const MARKS = /[\\`*_{}[\]()#+|<>~!-]/g;

/** A name or a line that somebody else wrote, as Markdown that reads as it was written. */
export function plain(text: string, longest = 100): string {
  const line = text.replace(/\s+/g, " ").trim();
  const cut = Array.from(line).slice(0, longest).join("");
  return `${cut.replace(MARKS, "\\$&")}${cut.length < line.length ? "…" : ""}`;
}

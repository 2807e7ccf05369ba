import type { Inline } from "./rich-text.ts";

export type Styles = { strong: boolean; emphasis: boolean; strike: boolean };

/** A stretch of one line with one style; a link's label is its text. */
export type Run = Styles & { kind: "text" | "code" | "image"; text: string; url?: string };

const SCHEME = /^(?:https?:\/\/|mailto:)/i;
const SPACE: Inline = { type: "text", text: " " };
const NO_STYLES: Styles = { strong: false, emphasis: false, strike: false };

/** The pieces as lines of flat runs: no platform nests styles as Markdown does, and Slack's end with the line. */
export function toRuns(children: readonly Inline[], styles: Styles = NO_STYLES): Run[][] {
  const lines: Run[][] = [[]];
  collect(children, { styles, lines });
  return lines;
}

/** The same on a single line, for headings. */
export function toOneLine(children: readonly Inline[], styles: Styles = NO_STYLES): Run[] {
  const joined = children.map((child) => (child.type === "break" ? SPACE : child));
  return toRuns(joined, styles).flat();
}

type Context = { styles: Styles; lines: Run[][] };

function collect(children: readonly Inline[], context: Context): void {
  for (const child of children) {
    switch (child.type) {
      case "break":
        context.lines.push([]);
        break;
      case "link":
        appendLink(child.url, child.children, context);
        break;
      case "image":
        append(context, { kind: "image", text: child.alt.trim() || child.url, url: child.url });
        break;
      case "text":
      case "code":
        append(context, { kind: child.type, text: child.text });
        break;
      default:
        collect(child.children, { ...context, styles: { ...context.styles, [child.type]: true } });
    }
  }
}

/** No platform formats inside a label: a style around the whole label stays, others go. */
function appendLink(url: string, children: readonly Inline[], context: Context): void {
  const [only] = children;
  if (children.length === 1 && only && "children" in only && only.type !== "link") {
    const styles = { ...context.styles, [only.type]: true };
    appendLink(url, only.children, { ...context, styles });
    return;
  }
  const text = toWords(children).replaceAll("\n", " ").trim() || url;
  append(context, { kind: "text", text, url });
}

function append({ styles, lines }: Context, piece: Pick<Run, "kind" | "text" | "url">): void {
  const line = lines.at(-1);
  const last = line?.at(-1);
  const run: Run = { ...styles, ...piece };
  if (!line || run.text === "") return;
  if (last && last.kind === "text" && isAlike(last, run)) last.text += run.text;
  else line.push(run);
}

function isAlike(one: Run, other: Run): boolean {
  return (
    one.kind === other.kind &&
    one.url === other.url &&
    one.strong === other.strong &&
    one.emphasis === other.emphasis &&
    one.strike === other.strike
  );
}

/** Whether a link shows nothing but its own address. */
export function isBareLink({ text, url = "" }: Run): boolean {
  return url.replace(SCHEME, "") === text.replace(SCHEME, "");
}

/** The words without any style: labels, table cells, terminals. */
export function toWords(children: readonly Inline[]): string {
  return toRuns(children)
    .map((line) => line.map((run) => run.text).join(""))
    .join("\n");
}

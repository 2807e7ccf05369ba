import { styleText } from "node:util";
import type { LiveTurn } from "./live-turns.ts";
import type { RoomMessage } from "../room-client.ts";
import { toSafeLine, toSafeText } from "../safe-text.ts";
import type { Screen } from "./screen.ts";
import { wrapText } from "../wrap-text.ts";

/** What a person sees of a room. Everything given to it may come from strangers: it is made safe here. */
export type ChatView = {
  /** A message that was posted; `tools` are those used for it. */
  message(message: Pick<RoomMessage, "author" | "text">, tools?: Iterable<string>): void;
  /** A word of the client itself. */
  notice(text: string): void;
  fault(text: string): void;
  /** Shows the answers in the making, in place of those shown before. */
  live(turns: LiveTurn[]): void;
};

type Style = Parameters<typeof styleText>[0];

/** Draws a room on a terminal: what was posted scrolls up, what is in the making is redrawn. */
export function createChatView(screen: Screen, output: NodeJS.WritableStream): ChatView {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: output });

  return {
    message({ author, text }, tools = []) {
      const name = toSafeLine(author.name);
      const used = [...tools].map(toSafeLine).join(", ");
      const usage = used === "" ? "" : `${paint("dim", `· ${name} used ${used}`)}\n`;
      const style: Style = author.kind === "AGENT" ? ["bold", "cyan"] : "bold";
      // Indented, so that no line of a message can pass for another one.
      const body = toSafeText(text).trimEnd().replaceAll("\n", "\n  ");
      screen.print(`${usage}${paint(style, `${name}:`)} ${body}`);
    },
    notice(text) {
      screen.print(paint("dim", `· ${toSafeText(text).replaceAll("\n", "\n  ")}`));
    },
    fault(text) {
      screen.print(paint("yellow", `! ${toSafeText(text).replaceAll("\n", "\n  ")}`));
    },
    live(turns) {
      screen.setLive((columns) => turns.flatMap((turn) => renderLive(turn, columns, paint)));
    },
  };
}

function renderLive(
  { agent, doing, text }: LiveTurn,
  columns: number,
  paint: (style: Style, text: string) => string,
): string[] {
  const name = toSafeLine(agent);
  const status =
    doing === undefined
      ? []
      : wrapText(`${name} ${toSafeLine(doing)} …`, columns).map((row) => paint("dim", row));
  if (text.trim() === "") return status;
  const body = toSafeText(text).trimEnd().replaceAll("\n", "\n  ");
  const [first = "", ...rest] = wrapText(`${name}: ${body}`, columns);
  return [paint("cyan", first), ...rest.map((row) => paint("cyan", row)), ...status];
}

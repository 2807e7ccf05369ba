import type { Command } from "commander";
import { parseMarkdown } from "../../chat/rich-text/parse-markdown.ts";
import { toPlain } from "../../chat/rich-text/to-plain.ts";
import { formatTable } from "../format-table.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Notice = { text: string; happenedAt: string; toldAt: string | null };
type Options = { url?: string; last: string };

const NOTHING = "Nothing has happened that operators have to know of.";

export function addNotices(program: Command): void {
  withServerOptions(program.command("notices"))
    .description("what operators are told of: closed workspaces, failing models, automatic changes")
    .option("--last <number>", "how many, newest first", "20")
    .action(async ({ last, ...options }: Options) => {
      const client = await connect(options);
      const { notices } = await client.query<{ notices: Notice[] }>(
        `query ($last: Int!) { notices(last: $last) { text happenedAt toldAt } }`,
        { last: Number(last) },
      );
      console.log(notices.length === 0 ? NOTHING : formatNotices(notices));
    });
}

function formatNotices(notices: Notice[]): string {
  return formatTable([
    ["HAPPENED", "TOLD", "NOTICE"],
    ...notices.map(({ text, happenedAt, toldAt }) => [
      toMinute(happenedAt),
      toldAt === null ? "-" : toMinute(toldAt),
      toPlain(parseMarkdown(text)),
    ]),
  ]);
}

function toMinute(at: string): string {
  return at.slice(0, 16).replace("T", " ");
}

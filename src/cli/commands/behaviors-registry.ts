import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { formatMoment, formatRate } from "../format-rate.ts";
import { formatTable } from "../format-table.ts";
import { toSafeText } from "../safe-text.ts";
import { exportBehaviors, importBehaviors, openExportFolder } from "./registry-files.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Options = { url?: string };

type Behavior = {
  name: string;
  description: string;
  role: string;
  status: string;
  usageCount: number;
  successRate: number;
  avgResponseTimeMs: number;
  lastError: string | null;
  lastErrorIsPast: boolean;
  revision: { number: number } | null;
};

type Shown = Behavior & {
  parent: { name: string } | null;
  agents: { slug: string }[];
  testResults: { ok: boolean }[];
  revisions: {
    number: number;
    createdBy: string;
    createdAt: string;
    notes: string | null;
    switchedOffAt: string | null;
    performance: { usageCount: number; successRate: number };
  }[];
};

const FIELDS = `name description role status usageCount successRate avgResponseTimeMs lastError
  lastErrorIsPast revision { number }`;
const SHOW = `query ($name: String!) { behavior(name: $name) { ${FIELDS} parent { name } agents { slug }
  testResults { ok } revisions { number createdBy createdAt notes switchedOffAt
    performance { usageCount successRate } } } }`;

/** The behaviors of a running server. */
export function addBehaviorRegistry(behaviors: Command): void {
  withServerOptions(behaviors.command("list"))
    .description("all behaviors by name")
    .option("--role <role>", "only those of a role")
    .action(async (options: Options & { role?: string }) => {
      const client = await connect(options);
      const found = await client.query<{ behaviors: Behavior[] }>(
        `query ($role: String) { behaviors(role: $role) { ${FIELDS} } }`,
        { role: options.role },
      );
      console.log(formatBehaviors(found.behaviors));
    });
  withServerOptions(behaviors.command("show <name>"))
    .description("one behavior with its revisions and figures")
    .action(async (name: string, options: Options) => {
      const client = await connect(options);
      const { behavior } = await client.query<{ behavior: Shown | null }>(SHOW, { name });
      if (!behavior) throw new AppError("NOT_FOUND", `There is no behavior ${name}.`);
      console.log(`${formatHead(behavior)}\n\n${formatRevisions(behavior)}`);
    });
  withServerOptions(behaviors.command("diff <name> <from> <to>"))
    .description("what changed between two revisions, by number")
    .action(async (name: string, from: string, to: string, options: Options) => {
      const client = await connect(options);
      const { behavior } = await client.query<{ behavior: { diff: string } | null }>(
        `query ($name: String!, $from: Int!, $to: Int!) { behavior(name: $name) { diff(from: $from, to: $to) } }`,
        { name, from: toNumber(from), to: toNumber(to) },
      );
      if (!behavior) throw new AppError("NOT_FOUND", `There is no behavior ${name}.`);
      console.log(toSafeText(behavior.diff).trimEnd() || "The two revisions are the same.");
    });
  withServerOptions(behaviors.command("rollback <name> <revision>"))
    .description("make the revision of that number the current one")
    .action(async (name: string, revision: string, options: Options) => {
      const client = await connect(options);
      const { behavior } = await client.query<{ behavior: Behavior }>(
        `mutation ($name: String!, $to: Int!) { behavior: rollbackBehavior(name: $name, to: $to) { ${FIELDS} } }`,
        { name, to: toNumber(revision) },
      );
      console.log(formatTable([[behavior.name, `r${behavior.revision?.number ?? "-"}`]]));
    });
  withServerOptions(behaviors.command("export [names...]"))
    .description("write behaviors and their stored tests as files of behaviors/")
    .option("--to <folder>", "where to", "behaviors")
    .action(async (names: string[], options: Options & { to: string }) => {
      const client = await connect(options);
      await exportBehaviors(client, names, await openExportFolder(options.to, console.log));
    });
  withServerOptions(behaviors.command("import <files...>"))
    .description("take *.lua files in, with the *.test.json beside them")
    .option("--force", "take them in although they fail their tests")
    .option("--no-tests", "leave the tests out")
    .action(async (files: string[], options: Options & { force?: boolean; tests: boolean }) => {
      const { force = false, tests } = options;
      console.log(await importBehaviors(await connect(options), files, { force, tests }));
    });
}

function formatBehaviors(behaviors: Behavior[]): string {
  if (behaviors.length === 0) return "There are no behaviors yet.";
  return formatTable([
    ["NAME", "ROLE", "STATUS", "REVISION", "USES", "SUCCESS", "LAST ERROR"],
    ...behaviors.map((one) => [
      one.name,
      one.role,
      one.status.toLowerCase(),
      one.revision ? `r${one.revision.number}` : "none",
      String(one.usageCount),
      formatRate(one.successRate),
      formatError(one),
    ]),
  ]);
}

function formatHead(behavior: Shown): string {
  const { parent, agents, testResults } = behavior;
  const passed = testResults.filter(({ ok }) => ok).length;
  return formatTable([
    ["behavior", `${behavior.name} r${behavior.revision?.number ?? "-"}`],
    ["about", behavior.description || "-"],
    ["role", behavior.role],
    ["status", behavior.status.toLowerCase()],
    ["parent", parent?.name ?? "-"],
    ["agents", agents.map(({ slug }) => `@${slug}`).join(", ") || "-"],
    ["uses", `${behavior.usageCount}, ${formatRate(behavior.successRate)} succeeded`],
    ["response", `${Math.round(behavior.avgResponseTimeMs)} ms on average`],
    ["tests", testResults.length === 0 ? "-" : `${passed} of ${testResults.length} pass`],
    ["error", formatError(behavior) || "-"],
  ]);
}

function formatRevisions({ revisions, revision: current }: Shown): string {
  return formatTable([
    ["REVISION", "BY", "AT", "USES", "SUCCESS", "NOTES"],
    ...revisions.map((one) => [
      `r${one.number}${one.number === current?.number ? " (current)" : ""}${one.switchedOffAt === null ? "" : " (off)"}`,
      one.createdBy,
      formatMoment(one.createdAt),
      String(one.performance.usageCount),
      formatRate(one.performance.successRate),
      one.notes ?? "",
    ]),
  ]);
}

function formatError({ lastError, lastErrorIsPast }: Behavior): string {
  if (lastError === null) return "";
  return lastErrorIsPast ? `past: ${lastError}` : lastError;
}

function toNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new AppError("INVALID", `${text} is no revision number; give one such as 2.`);
}

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { AppError, toErrorMessage } from "../../base/errors.ts";
import type { GraphqlClient } from "../graphql-client.ts";
import { formatTable } from "../format-table.ts";

/** Where exports are written, and what has been. */
type ExportFolder = {
  write(name: string, content: string): Promise<void>;
};

/** A folder for exports, made where it is missing; each file is told. */
export async function openExportFolder(
  path: string,
  tell: (line: string) => void,
): Promise<ExportFolder> {
  await mkdir(path, { recursive: true });
  return {
    async write(name, content) {
      // Names come from a server: none may lead out of the folder.
      if (!/^[\w-][\w.-]*$/.test(name)) {
        throw new AppError("INVALID", `The server has a name that is no file name: ${name}.`);
      }
      await writeFile(join(path, name), content);
      tell(join(path, name));
    },
  };
}

function toJsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function readJsonFile(path: string): Promise<unknown> {
  const text = await readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `${path} is not readable JSON: ${toErrorMessage(cause)}`;
    throw new AppError("INVALID", message, { cause });
  }
}

async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new AppError("NOT_FOUND", `Cannot read ${path}: ${toErrorMessage(cause)}`, { cause });
  }
}

/** The chosen ones of all, or an error that names the first that is not there. */
function choose<Item>(
  all: Item[],
  names: string[],
  { nameOf, what }: { nameOf: (item: Item) => string; what: string },
): Item[] {
  if (names.length === 0) return all;
  return names.map((name) => {
    const found = all.find((item) => nameOf(item) === name);
    if (found) return found;
    throw new AppError("NOT_FOUND", `There is no ${what} ${name}.`);
  });
}

type Outcome = { outcome: string };

const ROLES_FILE = "roles.json";

/** Writes agents as files of `agents/`, with the roles where all are exported. */
export async function exportAgents(
  client: GraphqlClient,
  slugs: string[],
  folder: ExportFolder,
): Promise<void> {
  type Found = {
    agents: { slug: string; definition: unknown }[];
    roles: { definition: unknown }[];
  };
  const { agents, roles } = await client.query<Found>(
    `query { agents { slug definition } roles { definition } }`,
  );
  const chosen = choose(agents, slugs, { nameOf: ({ slug }) => slug, what: "agent" });
  if (slugs.length === 0) {
    await folder.write(ROLES_FILE, toJsonFile(roles.map(({ definition }) => definition)));
  }
  for (const { slug, definition } of chosen) {
    await folder.write(`${slug}.json`, toJsonFile(definition));
  }
}

/** Takes files of `agents/` in, the roles first; one line per agent and role. */
export async function importAgents(client: GraphqlClient, files: string[]): Promise<string> {
  const rows: string[][] = [];
  const isRoles = (file: string) => basename(file) === ROLES_FILE;
  for (const file of files.filter(isRoles)) {
    const roles = await readJsonFile(file);
    if (!Array.isArray(roles)) throw new AppError("INVALID", `${file} must hold a list of roles.`);
    for (const definition of roles as unknown[]) {
      const { imported } = await client.query<{ imported: Outcome & { role: { name: string } } }>(
        `mutation ($definition: JSON!) { imported: importRole(definition: $definition) { outcome role { name } } }`,
        { definition },
      );
      rows.push(["role", imported.role.name, imported.outcome.toLowerCase()]);
    }
  }
  for (const file of files.filter((name) => !isRoles(name))) {
    const definition = await readJsonFile(file);
    const { imported } = await client.query<{ imported: Outcome & { agent: { slug: string } } }>(
      `mutation ($definition: JSON!) { imported: importAgent(definition: $definition) { outcome agent { slug } } }`,
      { definition },
    );
    rows.push(["agent", imported.agent.slug, imported.outcome.toLowerCase()]);
  }
  return formatTable(rows);
}

/** Writes behaviors as files of `behaviors/`, their stored tests beside them. */
export async function exportBehaviors(
  client: GraphqlClient,
  names: string[],
  folder: ExportFolder,
): Promise<void> {
  type Found = { behaviors: { name: string; file: string | null; tests: unknown }[] };
  const { behaviors } = await client.query<Found>(`query { behaviors { name file tests } }`);
  const chosen = choose(behaviors, names, { nameOf: ({ name }) => name, what: "behavior" });
  for (const { name, file, tests } of chosen) {
    if (file === null) continue;
    await folder.write(`${name}.lua`, file);
    if (tests !== null) await folder.write(`${name}.test.json`, toJsonFile({ tests }));
  }
}

/** Takes files of `behaviors/` in, with the tests beside them; one line per behavior. */
export async function importBehaviors(
  client: GraphqlClient,
  files: string[],
  { force, tests: withTests }: { force: boolean; tests: boolean },
): Promise<string> {
  type Imported = Outcome & { behavior: { name: string; revision: { number: number } } };
  const rows: string[][] = [];
  for (const path of files) {
    const file = await readTextFile(path);
    const tests = withTests ? await readTestsBeside(path) : undefined;
    const { imported } = await client.query<{ imported: Imported }>(
      `mutation ($name: String!, $file: String!, $tests: JSON, $force: Boolean) {
         imported: importBehavior(name: $name, file: $file, tests: $tests, force: $force) {
           outcome behavior { name revision { number } } } }`,
      { name: basename(path, ".lua"), file, tests, force },
    );
    const { behavior, outcome } = imported;
    rows.push([`${behavior.name} r${behavior.revision.number}`, outcome.toLowerCase()]);
  }
  return formatTable(rows);
}

async function readTestsBeside(path: string): Promise<unknown> {
  const beside = path.replace(/(\.lua)?$/, ".test.json");
  try {
    return await readJsonFile(beside);
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, toErrorMessage } from "../../base/errors.ts";
import { parseBehaviorFile } from "../../behaviors/files/behavior-file.ts";
import { parseBehaviorTests } from "../../behaviors/tests/behavior-test.ts";
import {
  type BehaviorTestResult,
  runBehaviorTests,
} from "../../behaviors/tests/run-behavior-tests.ts";
import { createLuaSandbox } from "../../lua/sandbox.ts";
import type { GraphqlClient } from "../graphql-client.ts";
import { toSafeLine } from "../safe-text.ts";

const TEST_ENDING = ".test.json";

type Write = (line: string) => void;

/**
 * Runs test files without a server: `night_owl.test.json` tests `night_owl.lua` beside it, and either
 * name means both. Without files, all of the folder. Answers whether every test passed.
 */
export async function testBehaviorFiles(
  files: string[],
  { folder, write }: { folder: string; write: Write },
): Promise<boolean> {
  const chosen = files.length > 0 ? files : await findTestFiles(folder);
  const sandbox = await createLuaSandbox();
  let passed = true;
  for (const file of chosen) {
    const base = file.replace(/(\.test\.json|\.lua)$/, "");
    const { name, role, script } = parseBehaviorFile(`${base}.lua`, await readText(`${base}.lua`));
    const tests = await readTests(`${base}${TEST_ENDING}`);
    const results = runBehaviorTests({ sandbox }, { name, role, script }, tests);
    passed = report(`${base}${TEST_ENDING}`, results, write) && passed;
  }
  return passed;
}

/** Runs on the server the tests that are stored with these behaviors, or with any. */
export async function testStoredBehaviors(
  client: GraphqlClient,
  names: string[],
  write: Write,
): Promise<boolean> {
  type Found = { behaviors: { name: string; testResults: BehaviorTestResult[] }[] };
  const { behaviors } = await client.query<Found>(
    `query { behaviors { name testResults { name ok problems } } }`,
  );
  const unknown = names.find((name) => !behaviors.some((found) => found.name === name));
  if (unknown !== undefined) throw new AppError("NOT_FOUND", `There is no behavior ${unknown}.`);
  let passed = true;
  for (const { name, testResults } of behaviors) {
    const isMeant = names.length === 0 ? testResults.length > 0 : names.includes(name);
    if (isMeant) passed = report(name, testResults, write) && passed;
  }
  return passed;
}

function report(name: string, results: BehaviorTestResult[], write: Write): boolean {
  const failed = results.filter(({ ok }) => !ok);
  const count = `${results.length - failed.length} of ${results.length} tests`;
  write(`${failed.length === 0 ? "ok    " : "FAILED"}  ${toSafeLine(name)}: ${count}`);
  for (const { name: test, problems } of failed) {
    for (const problem of problems) write(`          ${toSafeLine(`${test}: ${problem}`)}`);
  }
  return failed.length === 0;
}

async function findTestFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names.filter((name) => name.endsWith(TEST_ENDING)).sort();
  if (found.length > 0) return found.map((name) => join(folder, name));
  throw new AppError("NOT_FOUND", `There is no *${TEST_ENDING} in ${folder}. Name the files.`);
}

async function readTests(path: string) {
  const text = await readText(path);
  try {
    return parseBehaviorTests(JSON.parse(text));
  } catch (cause) {
    throw new AppError("INVALID", `${path}: ${toErrorMessage(cause)}`, { cause });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new AppError("NOT_FOUND", `Cannot read ${path}: ${toErrorMessage(error)}`);
  }
}

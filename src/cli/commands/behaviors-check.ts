import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { toErrorMessage } from "../../base/errors.ts";
import { parseBehaviorFile } from "../../behaviors/files/behavior-file.ts";
import { describeProblem } from "../../behaviors/check/behavior-check.ts";
import { checkBehavior, type CheckScope } from "../../behaviors/check/check-behavior.ts";
import { createLuaSandbox } from "../../lua/sandbox.ts";
import { createToolbox } from "../../tools/toolbox.ts";

/**
 * Tries each behavior file as `validateBehavior` would, without a server, and writes one line per
 * file: `ok` or `FAILED`, the file, and what was found. Answers whether all of them are sound.
 */
export async function checkBehaviorFiles(
  files: string[],
  write: (line: string) => void,
): Promise<boolean> {
  const scope = { sandbox: await createLuaSandbox(), toolNames: [...createToolbox().keys()] };
  let sound = true;
  for (const file of files) {
    const { ok, found } = await checkFile(scope, file);
    write(`${ok ? "ok     " : "FAILED "} ${file}: ${found.join("; ")}`);
    sound &&= ok;
  }
  return sound;
}

async function checkFile(
  scope: CheckScope,
  file: string,
): Promise<{ ok: boolean; found: string[] }> {
  let source: Buffer;
  try {
    source = await readFile(file);
  } catch (error) {
    return { ok: false, found: [`cannot be read: ${toErrorMessage(error)}`] };
  }
  if (!isUtf8(source)) return { ok: false, found: ["the file is not UTF-8 text"] };
  const { name, script, role } = parseBehaviorFile(file, source.toString());
  const { ok, problems, warnings, situations } = checkBehavior(scope, { name, script, role });
  const told = ok ? [`${situations} situations`] : problems.map(describeProblem);
  return { ok, found: [...told, ...warnings.map((warning) => `warning: ${warning}`)] };
}

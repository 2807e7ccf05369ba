import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "./errors.ts";
import { newId } from "./ids.ts";
import { unlessCode } from "./unless-code.ts";

/**
 * The secret that a file of the data folder keeps, generated on first use and readable by its owner
 * alone. A file that holds none is an `INVALID` error.
 */
export async function loadKeptSecret(
  path: string,
  { generate, isValid }: { generate: () => string; isValid: (secret: string) => boolean },
): Promise<string> {
  const kept = await readKeptSecret(path, isValid);
  if (kept !== undefined) return kept;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Written aside and linked, so that a process that starts at the same moment reads all of it.
  const aside = `${path}.${newId()}`;
  await writeFile(aside, `${generate()}\n`, { mode: 0o600 });
  await link(aside, path).catch(unlessCode("EEXIST"));
  await rm(aside);
  return (await readKeptSecret(path, isValid)) as string;
}

/** Likewise where the file is there already; undefined where it is not. */
export async function readKeptSecret(
  path: string,
  isValid: (secret: string) => boolean,
): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(unlessCode("ENOENT"));
  const secret = text?.trim();
  if (secret === undefined || isValid(secret)) return secret;
  throw new AppError(
    "INVALID",
    `${path} does not hold what it should. Restore it from a back-up; or delete it, and a new one is generated.`,
  );
}

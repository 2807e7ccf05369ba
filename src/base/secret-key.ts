import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { loadKeptSecret, readKeptSecret } from "./kept-secret.ts";
import { createSecretBox, type SecretBox } from "./secret-box.ts";

type Keys = {
  secretKey: string | undefined;
  oldSecretKeys: readonly string[];
  databaseUrl: string | undefined;
  dataDir: string;
};

const KEY_BYTES = 32;

/** Where the embedded size keeps the key that it generated. */
export function secretKeyPath(dataDir: string): string {
  return join(dataDir, "secret-key");
}

function isSecretKey(text: string): boolean {
  return Buffer.from(text, "base64").length === KEY_BYTES;
}

/**
 * The box of this installation: with the configured key, else, on the embedded size, with one that is
 * generated in the data folder. Undefined on the larger sizes without a key, because processes on
 * several machines would each generate their own.
 */
export async function openSecretBox(keys: Keys): Promise<SecretBox | undefined> {
  const { secretKey, oldSecretKeys, databaseUrl, dataDir } = keys;
  if (secretKey !== undefined) return createSecretBox(secretKey, oldSecretKeys);
  if (databaseUrl !== undefined) return undefined;
  const generate = () => randomBytes(KEY_BYTES).toString("base64");
  const kept = await loadKeptSecret(secretKeyPath(dataDir), { generate, isValid: isSecretKey });
  return createSecretBox(kept, oldSecretKeys);
}

/** Likewise, but generates nothing: for a look from outside. */
export async function findSecretBox(keys: Keys): Promise<SecretBox | undefined> {
  const { secretKey, oldSecretKeys, databaseUrl, dataDir } = keys;
  if (secretKey !== undefined) return createSecretBox(secretKey, oldSecretKeys);
  if (databaseUrl !== undefined) return undefined;
  const kept = await readKeptSecret(secretKeyPath(dataDir), isSecretKey);
  return kept === undefined ? undefined : createSecretBox(kept, oldSecretKeys);
}

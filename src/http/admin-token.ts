import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { adminTokenPath } from "../base/admin-token-path.ts";
import { AppError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";

const SHORTEST_TOKEN = 16;

/** The configured token, else the one kept in the data folder, which is generated on first use. */
export async function loadAdminToken(config: {
  adminToken?: string | undefined;
  dataDir: string;
}): Promise<string> {
  if (config.adminToken !== undefined) return config.adminToken;
  const path = adminTokenPath(config.dataDir);
  const kept = await readToken(path);
  if (kept !== undefined) return kept;
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  // Written aside and linked, so that a process that starts at the same moment reads all of it.
  const aside = `${path}.${newId()}`;
  await writeFile(aside, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  await link(aside, path).catch(unlessCode("EEXIST"));
  await rm(aside);
  return (await readToken(path)) as string;
}

async function readToken(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(unlessCode("ENOENT"));
  const token = text?.trim();
  if (token === undefined || token.length >= SHORTEST_TOKEN) return token;
  throw new AppError("INVALID", `${path} holds no token. Delete it, and a new one is generated.`);
}

function unlessCode(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
  };
}

/** Whether an `Authorization` header carries the token; takes the same time however it differs. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(header ?? "")?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

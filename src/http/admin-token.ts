import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { adminTokenPath } from "../base/admin-token-path.ts";

/** The configured token, else the one kept in the data folder, which is generated on first use. */
export async function loadAdminToken(config: {
  adminToken?: string | undefined;
  dataDir: string;
}): Promise<string> {
  if (config.adminToken !== undefined) return config.adminToken;
  const path = adminTokenPath(config.dataDir);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const token = randomBytes(32).toString("base64url");
  try {
    await writeFile(path, `${token}\n`, { mode: 0o600, flag: "wx" });
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return (await readFile(path, "utf8")).trim();
  }
}

/** Whether an `Authorization` header carries the token; takes the same time however it differs. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(header ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

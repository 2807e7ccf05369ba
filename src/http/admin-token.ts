import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { adminTokenPath } from "../base/admin-token-path.ts";
import { loadKeptSecret } from "../base/kept-secret.ts";

const SHORTEST_TOKEN = 16;

/** The configured token, else the one kept in the data folder, which is generated on first use. */
export async function loadAdminToken(config: {
  adminToken?: string | undefined;
  dataDir: string;
}): Promise<string> {
  if (config.adminToken !== undefined) return config.adminToken;
  return loadKeptSecret(adminTokenPath(config.dataDir), {
    generate: () => randomBytes(32).toString("base64url"),
    isValid: (token) => token.length >= SHORTEST_TOKEN,
  });
}

/** Whether an `Authorization` header carries the token; takes the same time however it differs. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(header ?? "")?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

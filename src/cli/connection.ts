import { readFile } from "node:fs/promises";
import { adminTokenPath } from "../base/admin-token-path.ts";
import { parseConfig } from "../base/config.ts";
import { AppError } from "../base/errors.ts";

export type Connection = {
  /** Where the server answers GraphQL. */
  endpoint: string;
  /** Undefined where none is configured and no server has generated one yet. */
  token: string | undefined;
};

/**
 * Where the running server is and how to be let in: `url`, else `HOST` and `PORT`; the token of
 * `TROUPE_ADMIN_TOKEN`, else the one the server keeps in `DATA_DIR`.
 */
export async function findConnection(
  url: string | undefined,
  env: Record<string, string | undefined>,
): Promise<Connection> {
  const { host, port, adminToken, dataDir } = parseConfig(env);
  const base = url === undefined ? `http://${toReachable(host)}:${port}` : requireUrl(url);
  return {
    endpoint: `${base.replace(/\/+$/, "").replace(/\/graphql$/, "")}/graphql`,
    token: adminToken ?? (await readToken(adminTokenPath(dataDir))),
  };
}

/** A server that listens everywhere is reached on loopback. */
function toReachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function requireUrl(url: string): string {
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
  throw new AppError("INVALID", `--url is ${url}; it must look like http://127.0.0.1:4000.`);
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim() || undefined;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new AppError(
      "FORBIDDEN",
      `${path} cannot be read. Run this as the server's user, or set TROUPE_ADMIN_TOKEN.`,
      { cause },
    );
  }
}

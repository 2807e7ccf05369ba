import { access, constants, stat } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, resolve } from "node:path";
import type { Config } from "../../base/config.ts";
import { AppError } from "../../base/errors.ts";
import type { Finding } from "../../base/finding.ts";
import { findSecretBox, secretKeyPath } from "../../base/secret-key.ts";

const TIMEOUT_MS = 2000;
const UNTOLD =
  "nobody is told of slash commands that break off with their process. Set TROUPE_SECRET_KEY (openssl rand -base64 32), the same in every process.";

/** Whether the data folder can be written to, or made. */
export async function checkDataFolder({ dataDir }: Config): Promise<Finding> {
  const what = "Data folder";
  let folder = resolve(dataDir);
  while (!(await exists(folder)) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    const isThere = folder === resolve(dataDir);
    return { what, state: "ok", detail: isThere ? dataDir : `${dataDir}, made by the first start` };
  } catch {
    const detail = `${folder} cannot be written to. Run Troupe as its owner, or set DATA_DIR to another folder.`;
    return { what, state: "failed", detail };
  }
}

/** Where the key that encrypts tokens is, and whether others can read it. */
export async function checkSecretKey(config: Config): Promise<Finding> {
  const what = "Secret key";
  const { secretKey, databaseUrl, dataDir, slack, discord } = config;
  if (secretKey !== undefined) return { what, state: "ok", detail: "TROUPE_SECRET_KEY" };
  if (databaseUrl !== undefined) {
    return slack || discord
      ? { what, state: "warning", detail: UNTOLD }
      : { what, state: "off", detail: "set TROUPE_SECRET_KEY before you install Slack workspaces" };
  }
  const path = secretKeyPath(dataDir);
  try {
    const box = await findSecretBox(config);
    if (!box) return { what, state: "ok", detail: `generated in ${path} by the first start` };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { what, state: "failed", detail: error.message };
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return { what, state: "ok", detail: `${path}; back it up` };
  return { what, state: "warning", detail: `${path} can be read by others: chmod 600 ${path}` };
}

/** Whether the web role can listen, or does. */
export async function checkPort({ host, port }: Config): Promise<Finding> {
  const what = "Port";
  if (port === 0) return { what, state: "ok", detail: "any free one" };
  const place = `${host}:${port}`;
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  if (!(await isOpen(reachable, port))) return { what, state: "ok", detail: `${place} is free` };
  if (await isTroupe(reachable, port)) {
    return { what, state: "ok", detail: `a running Troupe answers on ${place}` };
  }
  const detail = `${place} is in use by something else. Stop that, or set PORT to another one.`;
  return { what, state: "failed", detail };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (open: boolean) => () => {
      socket.destroy();
      settle(open);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}

async function isTroupe(host: string, port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const name = host.includes(":") ? `[${host}]` : host;
    const answer: unknown = await (
      await fetch(`http://${name}:${port}/healthz`, { signal })
    ).json();
    return (answer as { status?: unknown }).status === "ok";
  } catch {
    return false;
  }
}

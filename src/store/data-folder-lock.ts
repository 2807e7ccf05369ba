import { link, rename, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AppError } from "../base/errors.ts";
import { newId, sha256 } from "../base/ids.ts";

const LONGEST_SOCKET_PATH = 100;

/**
 * Makes this process the owner of a data folder until the returned function runs or the process
 * ends, however it ends: the lock is a listening socket, which the system closes with its owner.
 * A folder that another live process owns is a `CONFLICT` error.
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  const path = socketPath(dataDir);
  const own = `${path}.${newId().slice(-8)}`;
  const server = await listen(own);
  try {
    await takeOver(own, path, dataDir);
  } catch (error) {
    await stop(server, own);
    throw error;
  }
  // The lock's name is enough: a killed process would leave the other one behind for ever.
  await rm(own, { force: true });
  return async () => {
    await rm(path, { force: true });
    await stop(server, own);
  };
}

/** Links the own socket under the lock's name; a dead owner's socket is moved away first. */
async function takeOver(own: string, path: string, dataDir: string): Promise<void> {
  for (;;) {
    try {
      await link(own, path);
      return;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    if (await isAlive(path)) throw inUse(dataDir);
    const aside = `${path}.${newId().slice(-8)}`;
    await rename(path, aside).catch(() => undefined);
    if (await isAlive(aside)) {
      await link(aside, path).catch(() => undefined);
      throw inUse(dataDir);
    }
    await rm(aside, { force: true });
  }
}

function inUse(dataDir: string): AppError {
  return new AppError(
    "CONFLICT",
    `The data folder ${resolve(dataDir)} is in use by another Troupe process. Stop that process, ` +
      "set DATA_DIR to another folder, or set DATABASE_URL to share one Postgres between processes.",
  );
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      settle(true);
    });
    socket.once("error", () => settle(false));
  });
}

function listen(path: string): Promise<Server> {
  return new Promise((settle, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen(path, () => settle(server.unref()));
  });
}

async function stop(server: Server, path: string): Promise<void> {
  await new Promise((settle) => server.close(settle));
  await rm(path, { force: true });
}

/** Socket paths are short on every system: a deep folder's lock lives in the temporary folder. */
function socketPath(dataDir: string): string {
  const inFolder = join(resolve(dataDir), "lock");
  return inFolder.length + 9 <= LONGEST_SOCKET_PATH
    ? inFolder
    : join(tmpdir(), `troupe-${sha256(resolve(dataDir)).slice(0, 16)}.lock`);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

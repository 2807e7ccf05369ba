import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDataFolder } from "../../src/store/data-folder-lock.ts";

const LOCK = new URL("../../src/store/data-folder-lock.ts", import.meta.url).href;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "troupe-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that holds the lock until it is killed. */
async function holdInChild(dataDir: string) {
  const script = `import { lockDataFolder } from ${JSON.stringify(LOCK)};
    await lockDataFolder(process.argv[1]); console.log("held"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => {
    child.stdout.once("data", resolve);
  });
  return {
    kill: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.kill("SIGKILL");
      }),
  };
}

const inUse = { code: "CONFLICT", message: expect.stringContaining("is in use by another") };

describe("the lock of a data folder", () => {
  it("lets one owner in, also within one process, and the next one after it", async () => {
    const release = await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toMatchObject(inUse);
    await expect(lockDataFolder(`${folder}/.`)).rejects.toMatchObject(inUse);
    await release();
    const again = await lockDataFolder(folder);
    await again();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is given to one of many who want it at once", async () => {
    for (let round = 0; round < 5; round++) {
      const wanted = await Promise.allSettled(
        Array.from({ length: 8 }, () => lockDataFolder(folder)),
      );
      const got = wanted.filter((result) => result.status === "fulfilled");
      expect(got).toHaveLength(1);
      await got[0]?.value();
    }
  });

  it("of another process counts while that lives, and not once it was killed", async () => {
    const child = await holdInChild(folder);
    await expect(lockDataFolder(folder)).rejects.toMatchObject(inUse);
    await child.kill();
    const release = await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toMatchObject(inUse);
    await release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("left by a killed process is taken over by one of many", async () => {
    const child = await holdInChild(folder);
    await child.kill();
    const wanted = await Promise.allSettled(
      Array.from({ length: 8 }, () => lockDataFolder(folder)),
    );
    const got = wanted.filter((result) => result.status === "fulfilled");
    expect(got).toHaveLength(1);
    await got[0]?.value();
  });

  it("works in a folder whose path is longer than a socket's may be", async () => {
    const deep = join(folder, ...Array.from({ length: 12 }, () => "a-rather-long-name"));
    mkdirSync(deep, { recursive: true });
    const release = await lockDataFolder(deep);
    await expect(lockDataFolder(deep)).rejects.toMatchObject(inUse);
    const other = await lockDataFolder(`${deep}-other`);
    await other();
    await release();
    const again = await lockDataFolder(deep);
    await again();
  });

  it("names the folder and three ways out", async () => {
    const release = await lockDataFolder(folder);
    await expect(lockDataFolder(folder)).rejects.toThrow(
      new RegExp(`${folder}.*Stop that process.*DATA_DIR.*DATABASE_URL`, "s"),
    );
    await release();
  });
});

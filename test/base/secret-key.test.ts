import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findSecretBox, openSecretBox } from "../../src/base/secret-key.ts";
import { createFolder } from "../support/troupe-process.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");

function keysIn(dataDir: string) {
  return { secretKey: undefined, oldSecretKeys: [], databaseUrl: undefined, dataDir };
}

function openFolder(): string {
  const folder = createFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}

describe("the installation's secret key", () => {
  it("is generated on the embedded size once, readable by its owner alone, and kept", async () => {
    const dataDir = openFolder();
    const sealed = (await openSecretBox(keysIn(dataDir)))?.seal("a", "row") ?? "";
    expect((await openSecretBox(keysIn(dataDir)))?.open(sealed, "row")).toBe("a");
    expect(readdirSync(dataDir)).toEqual(["secret-key"]);
    expect(statSync(join(dataDir, "secret-key")).mode & 0o777).toBe(0o600);
  });

  it("is the same for processes that start at the same moment", async () => {
    const dataDir = openFolder();
    const open = () => openSecretBox(keysIn(dataDir));
    const boxes = await Promise.all(Array.from({ length: 8 }, open));
    const sealed = boxes[0]?.seal("a", "row") ?? "";
    expect(boxes.map((box) => box?.open(sealed, "row"))).toEqual(boxes.map(() => "a"));
  });

  it("is the configured one, and then nothing is written", async () => {
    const dataDir = openFolder();
    const box = await openSecretBox({ ...keysIn(dataDir), secretKey: KEY });
    expect(box?.isCurrent(box.seal("a", "row"))).toBe(true);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("is never generated where several processes share a database, nor by a look from outside", async () => {
    const dataDir = openFolder();
    const shared = { ...keysIn(dataDir), databaseUrl: "postgres://db/troupe" };
    expect(await openSecretBox(shared)).toBeUndefined();
    expect(await findSecretBox(keysIn(dataDir))).toBeUndefined();
    expect(existsSync(join(dataDir, "secret-key"))).toBe(false);
    expect(await findSecretBox({ ...shared, secretKey: KEY })).toBeDefined();
  });

  it.each(["", "short", "bm90IDMyIGJ5dGVz"])("is not taken from a file with %j", async (text) => {
    const dataDir = openFolder();
    writeFileSync(join(dataDir, "secret-key"), text);
    await expect(openSecretBox(keysIn(dataDir))).rejects.toMatchObject({ code: "INVALID" });
  });
});

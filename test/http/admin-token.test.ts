import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAuthorized, loadAdminToken } from "../../src/http/admin-token.ts";

let dataDir = "";
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "troupe-token-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe("the admin token", () => {
  it("is the configured one, and then nothing is written", async () => {
    expect(await loadAdminToken({ adminToken: "configured-token", dataDir })).toBe(
      "configured-token",
    );
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("is generated once, readable by its owner alone, and kept", async () => {
    const folder = join(dataDir, "new", "folder");
    const token = await loadAdminToken({ dataDir: folder });
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await loadAdminToken({ dataDir: folder })).toBe(token);
    expect(readFileSync(join(folder, "admin-token"), "utf8")).toBe(`${token}\n`);
    expect(statSync(join(folder, "admin-token")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["admin-token"]);
  });

  it("is the same for processes that start at the same moment", async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, () => loadAdminToken({ dataDir })));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^[\w-]{43}$/);
  });

  it.each(["", "\n", "short"])("is not taken from a file that holds %j", async (text) => {
    writeFileSync(join(dataDir, "admin-token"), text);
    await expect(loadAdminToken({ dataDir })).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringContaining("admin-token"),
    });
  });
});

describe("an Authorization header", () => {
  const token = "correct-horse-battery";

  it("with the token lets in, whatever the case of its scheme", () => {
    expect(isAuthorized(`Bearer ${token}`, token)).toBe(true);
    expect(isAuthorized(`bearer ${token}`, token)).toBe(true);
  });

  it.each([undefined, "", "Bearer", "Bearer ", `Bearer  ${token}`, `Bearer ${token} `, token])(
    "of %j does not",
    (header) => {
      expect(isAuthorized(header, token)).toBe(false);
    },
  );

  it("never lets anybody in where there is no token", () => {
    expect(isAuthorized(undefined, "")).toBe(false);
    expect(isAuthorized("Bearer ", "")).toBe(false);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { newId } from "../../../src/base/ids.ts";
import { createSecretBox, type SecretBox } from "../../../src/base/secret-box.ts";
import { Workspace } from "../../../src/rooms/workspaces/workspace.ts";
import { resealCredentials } from "../../../src/rooms/workspaces/reseal-credentials.ts";
import { createWorkspaceRegister } from "../../../src/rooms/workspaces/workspace-register.ts";
import { createMemoryQueue, createMemoryStore } from "../../fakes/memory-queue.ts";
import { createRecordedLog } from "../../support/recorded-log.ts";
import { createTestClock } from "../../support/test-clock.ts";
import { type TestDatabase, testSizes } from "../../support/test-database.ts";
import { until } from "../../support/until.ts";

const box = (byte: number, older: number[] = []) => createSecretBox(keyOf(byte), older.map(keyOf));
const keyOf = (byte: number) => Buffer.alloc(32, byte).toString("base64");

describe.each(await testSizes())("the register of workspaces, on $name", (size) => {
  let database: TestDatabase;
  const store = createMemoryStore();
  const log = createRecordedLog();

  beforeAll(async () => {
    database = await size.open();
  });
  afterAll(() => database.drop());

  /** What one process knows. */
  function openProcess(secrets: SecretBox | undefined = box(1), clock = systemClock) {
    const queue = createMemoryQueue(store);
    return createWorkspaceRegister({ sql: database.db.sql, queue, clock, log, secrets });
  }

  const newRef = () => ({ platform: "slack" as const, externalId: `T${newId()}` });
  const grant = (token: string) => ({
    name: "Acme",
    scopes: ["chat:write"],
    credentials: { token },
  });
  const row = (externalId: string) => database.db.em().findOneOrFail(Workspace, { externalId });

  it("keeps tokens encrypted, and opens them for their own workspace alone", async () => {
    const [register, ref, other] = [openProcess(), newRef(), newRef()];
    await register.installed(ref, grant("xoxb-secret"));
    const found = await register.find(ref);
    expect(found).toMatchObject({ name: "Acme", status: "active", statusReason: null });
    const sealed = found?.sealed ?? "";
    expect(JSON.stringify(await row(ref.externalId))).not.toContain("xoxb-secret");
    expect(register.credentials({ ...ref, sealed })).toEqual({ token: "xoxb-secret" });
    expect(() => register.credentials({ ...other, sealed })).toThrow(/moved/);
  });

  it("tells every process of what changed, and each asks once", async () => {
    const [one, two, ref] = [openProcess(), openProcess(), newRef()];
    expect(await two.find(ref)).toBeUndefined();
    await one.installed(ref, grant("xoxb-1"));
    await until(async () => (await two.find(ref))?.status === "active");
    await one.revoked(ref, { reason: "gone" });
    await until(async () => (await two.find(ref))?.statusReason === "gone");
    expect(await two.find(ref)).toBe(await two.find(ref));
  });

  it("looks again after half a minute, should it not have heard", async () => {
    const clock = createTestClock();
    const [deaf, ref] = [openProcess(box(1), clock), newRef()];
    deaf.close();
    expect(await deaf.find(ref)).toBeUndefined();
    await openProcess().installed(ref, grant("xoxb-1"));
    expect(await deaf.find(ref)).toBeUndefined();
    clock.advance(30_001);
    expect(await deaf.find(ref)).toMatchObject({ status: "active" });
  });

  it("revokes with a reason that operators are told once, and a reinstallation brings it back", async () => {
    const [register, ref] = [openProcess(), newRef()];
    await register.installed(ref, grant("xoxb-1"));
    const before = await row(ref.externalId);
    expect(await register.revoked(ref, { reason: "The token is dead." })).toBe(true);
    expect(await register.revoked(ref, { reason: "Again." })).toBe(false);
    expect(await register.find(ref)).toMatchObject({
      status: "revoked",
      statusReason: "The token is dead.",
    });
    const told = log.lines.filter(({ fields }) => JSON.stringify(fields).includes(ref.externalId));
    expect(told).toMatchObject([{ level: "error", fields: { reason: "The token is dead." } }]);
    await register.installed(ref, grant("xoxb-2"));
    const found = await register.find(ref);
    expect(found).toMatchObject({ status: "active", statusReason: null });
    expect(register.credentials({ ...ref, sealed: found?.sealed ?? "" })).toEqual({
      token: "xoxb-2",
    });
    const after = await row(ref.externalId);
    expect(after.id).toBe(before.id);
    expect(after.installedAt?.getTime()).toBeGreaterThan(before.installedAt?.getTime() ?? 0);
  });

  it("does not revoke newer tokens for the death of older ones", async () => {
    const [register, ref] = [openProcess(), newRef()];
    await register.installed(ref, grant("xoxb-1"));
    const sealed = (await register.find(ref))?.sealed ?? "";
    await register.installed(ref, grant("xoxb-2"));
    expect(await register.revoked(ref, { reason: "dead", sealed })).toBe(false);
    expect(await register.find(ref)).toMatchObject({ status: "active" });
    expect(await register.revoked(ref, { reason: "uninstalled", forget: true })).toBe(true);
    expect(await register.find(ref)).toMatchObject({ status: "revoked", sealed: null });
  });

  it("throws away the tokens of a revoked workspace that turns out to be uninstalled", async () => {
    const [register, ref] = [openProcess(), newRef()];
    await register.installed(ref, grant("xoxb-1"));
    await register.revoked(ref, { reason: "Its token is dead." });
    await register.revoked(ref, { reason: "It was uninstalled.", forget: true });
    expect(await register.find(ref)).toMatchObject({
      sealed: null,
      statusReason: "It was uninstalled.",
    });
  });

  it("serves a workspace whose process has the token, and keeps stored tokens that work", async () => {
    const [register, ref] = [openProcess(), newRef()];
    expect(await register.installed(ref, { name: "Acme", scopes: ["chat:write"] })).toBe(true);
    expect(await register.installed(ref, { name: "Acme", scopes: ["chat:write"] })).toBe(false);
    const since = (await row(ref.externalId)).installedAt;
    await register.installed(ref, { name: "Acme Ltd" });
    expect(await row(ref.externalId)).toMatchObject({
      name: "Acme Ltd",
      scopes: ["chat:write"],
      installedAt: since,
    });
    await openProcess().installed(ref, grant("xoxb-1"));
    await register.installed(ref, { name: "Acme" });
    expect((await row(ref.externalId)).credentials).toMatch(/^v1\./);
  });

  it("stores no token without a key", async () => {
    const none = createWorkspaceRegister({
      sql: database.db.sql,
      queue: createMemoryQueue(store),
      clock: systemClock,
      log,
      secrets: undefined,
    });
    await expect(none.installed(newRef(), grant("x"))).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("TROUPE_SECRET_KEY"),
    });
  });

  it("says with a sentence that tokens were stored with another key, and seals them anew with an old one", async () => {
    const ref = newRef();
    await openProcess(box(2)).installed(ref, grant("xoxb-old"));
    const sealed = (await openProcess().find(ref))?.sealed ?? "";
    expect(() => openProcess(box(3)).credentials({ ...ref, sealed })).toThrow(
      /encrypted with another key .* TROUPE_SECRET_KEYS_OLD/,
    );
    const scope = { sql: database.db.sql, secrets: box(3, [1, 2]) };
    expect((await resealCredentials(scope, { dryRun: true })).resealed).toBeGreaterThan(0);
    expect((await resealCredentials(scope)).faults).toEqual([]);
    expect((await resealCredentials(scope)).resealed).toBe(0);
    const anew = (await openProcess().find(ref))?.sealed ?? "";
    expect(anew).not.toBe(sealed);
    expect(openProcess(box(3)).credentials({ ...ref, sealed: anew })).toEqual({
      token: "xoxb-old",
    });
    const wrong = await resealCredentials({ sql: database.db.sql, secrets: box(9) });
    expect(wrong.faults.length).toBe(wrong.stored);
    const missing = await resealCredentials({ sql: database.db.sql, secrets: undefined });
    expect(missing.faults).toEqual([expect.stringContaining("TROUPE_SECRET_KEY is not set")]);
  });

  it("revokes the absent servers of one shard, and nothing of other shards or platforms", async () => {
    const register = openProcess();
    const guild = (shard: number, n: number) => String((BigInt(n * 2 + shard) << 22n) + 5n);
    const ids = [guild(0, 1), guild(0, 2), guild(1, 1)];
    for (const externalId of ids) {
      await register.installed({ platform: "discord", externalId }, { name: "Garden" });
    }
    const reason = "The bot was removed.";
    await register.revokedAllBut("discord", { present: [ids[0] ?? ""], reason, shard: [0, 2] });
    const statuses = ids.map(async (externalId) => (await row(externalId)).status);
    expect(await Promise.all(statuses)).toEqual(["active", "revoked", "active"]);
    await register.revokedAllBut("discord", { present: [], reason });
    expect((await row(ids[2] ?? "")).statusReason).toBe(reason);
  });
});

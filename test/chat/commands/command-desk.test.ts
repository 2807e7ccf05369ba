import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../../src/base/errors.ts";
import { silentLog } from "../../../src/base/log.ts";
import { createSecretBox } from "../../../src/base/secret-box.ts";
import { newId } from "../../../src/base/ids.ts";
import { createCommandDesk } from "../../../src/chat/commands/command-desk.ts";
import type { CommandCall } from "../../../src/chat/commands/command.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { testSizes } from "../../support/test-database.ts";

const sizes = await testSizes();
const ROOM = "slack:T1.C1";
const secrets = createSecretBox(Buffer.alloc(32, 7).toString("base64"));

describe.each(sizes)("the command desk, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.addBehavior({ name: "brief", script: `return { personality = { tone = "dry" } }` });
  });
  afterAll(() => app.close());

  const openDesk = (operators: string[] = [], sql: TestApp["control"]["sql"] = app.control.sql) =>
    createCommandDesk({
      ...app.control,
      sql,
      secrets,
      log: silentLog,
      operators: new Set(operators),
    });

  const call = (command: string, more: Partial<CommandCall> = {}): CommandCall => ({
    id: `slack:${newId()}`,
    command,
    action: undefined,
    values: {},
    roomKey: ROOM,
    person: { externalId: "U1", name: "Ana" },
    isRoomAdmin: async () => false,
    ...more,
  });
  const change = (more: Partial<CommandCall> = {}) =>
    call("behavior", { action: "switch", values: { behavior: "brief" }, ...more });

  it("runs a command once, however often and wherever it comes", async () => {
    const desks = [openDesk(), openDesk(), openDesk()];
    const help = call("help");
    const answers = await Promise.all([...desks, ...desks].map((desk) => desk.run(help)));
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
  });

  it("lets those run a room whom the platform or the operators' list names, and says who they are", async () => {
    const refused = await openDesk(["slack:T1.U2", "slack:T2.U1", "discord:1"]).run(change());
    expect(refused).toEqual({
      text: "You may not use /behavior switch here: workspace admins and owners, whoever made the channel, and listed operators may.",
    });
    expect(await openDesk(["slack:T1.U1"]).run(change())).toMatchObject({ to: "room" });
    expect(await openDesk().run(change({ isRoomAdmin: async () => true }))).toMatchObject({
      to: "room",
    });
    const roomKey = "discord:123.456";
    const id = "discord:80351110224678912".slice("discord:".length);
    const person = { externalId: id, name: "Op" };
    const listed = openDesk([`discord:${id}`]);
    expect(await listed.run(change({ roomKey, person }))).toMatchObject({ to: "room" });
    expect(await openDesk().run(change({ roomKey, person }))).toMatchObject({
      text: expect.stringContaining("manage the server or its channels"),
    });
  });

  it("asks no platform for what everybody may do", async () => {
    const isRoomAdmin = () => Promise.reject(new AppError("UNAVAILABLE", "Slack is away."));
    expect(await openDesk().run(call("budget", { isRoomAdmin }))).toMatchObject({
      text: expect.stringContaining("no budgets yet"),
    });
    expect(await openDesk().run(change({ isRoomAdmin }))).toEqual({ text: "Slack is away." });
  });

  it("answers in one sentence where the database is away, and tells nothing of it", async () => {
    const sql = {
      gathered: () => Promise.reject(new Error("away")),
      rows: () => Promise.reject(new Error("connection to 10.0.0.7 refused")),
    };
    const answer = await openDesk([], sql).run(call("help"));
    expect(answer?.text).toMatch(/^That did not work.+Try again in a minute\.$/);
    expect(answer?.text).not.toContain("10.0.0.7");
  });

  it("refuses what is not declared, whoever sends it", async () => {
    const desk = openDesk();
    const texts = await Promise.all(
      [
        call("dance"),
        call("agent", { action: "dance" }),
        call("agent", { action: "invite" }),
        call("agent", { action: "info", values: { agent: "\0\ud800" } }),
        call("feedback", { values: { verdict: "'; drop table turn" } }),
      ].map(async (each) => (await desk.run(each))?.text),
    );
    expect(texts).toEqual([
      expect.stringContaining("There is no /dance"),
      expect.stringContaining("There is no /agent"),
      expect.stringContaining("The agent is missing"),
      expect.stringContaining("There is no agent"),
      expect.stringContaining("is none of good, bad"),
    ]);
  });

  it("tells of an agent's face, an address in words only", async () => {
    await app.addAgent({ slug: "owlish", avatar: ":owl:" });
    await app.addAgent({ slug: "painted", avatar: "https://example.com/`x`.png" });
    const told = async (agent: string) =>
      (await openDesk().run(call("agent", { action: "info", values: { agent } })))?.text;
    expect(await told("owlish")).toMatch(/^- face: :owl:$/m);
    expect(await told("painted")).toMatch(/^- face: `https:\/\/example\.com\/%60x%60\.png`$/m);
    expect(await told("sage")).not.toContain("face");
  });

  it("makes a channel a room when an agent is invited, and not when somebody only looks", async () => {
    const roomKey = "slack:T9.C9";
    const desk = openDesk();
    await desk.run(call("agent", { action: "list", roomKey }));
    await desk.run(call("memory", { action: "show", roomKey }));
    await desk.run(call("stop", { roomKey }));
    expect(await app.control.directory.find(roomKey)).toBeUndefined();
    const invite = { action: "invite", values: { agent: "sage", mode: "always" }, roomKey };
    expect(await desk.run(call("agent", invite))).toMatchObject({ to: "room" });
    const room = await app.control.directory.refresh(roomKey);
    expect(room.members).toMatchObject([{ slug: "sage", mode: "always" }]);
  });

  it("suggests at most 25 of ten thousand agents, by what was typed and nothing else", async () => {
    await app.db.em().execute(
      `insert into agent (id, slug, name, role, system_prompt, version, created_at, updated_at)
       select gen_random_uuid(), 'worker-' || lpad(n::text, 5, '0'), 'مساعد 🌸 ' || n, 'generalist', 'x', 1, now(), now()
       from generate_series(1, 10000) n`,
    );
    const desk = openDesk();
    const asked = { roomKey: ROOM, command: "agent", action: "info", option: "agent" };
    const suggest = async (typed: string, more = {}) =>
      (await desk.suggest({ ...asked, typed, ...more })).map(({ value }) => value);
    expect(await suggest("")).toHaveLength(25);
    expect(await suggest("worker-0999")).toEqual(
      Array.from({ length: 10 }, (_, i) => `worker-0999${i}`),
    );
    expect(await suggest("@Worker-10000")).toEqual(["worker-10000"]);
    expect(await suggest("مساعد 🌸 9999")).toEqual(["worker-09999"]);
    for (const typed of ["%", "_", "\\", "worker_0", "'; --", "\ud800"]) {
      expect(await suggest(typed)).toEqual([]);
    }
    expect(await suggest("sa\0ge")).toEqual(["sage"]);
    expect(await suggest("worker-1", { option: "nothing" })).toEqual([]);
    const leave = { command: "agent", action: "leave", roomKey: "slack:T9.C9" };
    expect(await suggest("", leave)).toEqual(["sage"]);
    const near = call("agent", { action: "info", values: { agent: "worker-1000O" } });
    expect((await desk.run(near))?.text).toContain("Did you mean `worker-1000");
    const listed = await desk.run(call("agent", { action: "list", roomKey: "slack:T9.C9" }));
    expect(listed?.text).toContain("and more");
    expect(listed?.text.length).toBeLessThan(2000);
  });
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { createIngress } from "../../src/chat/create-ingress.ts";
import { bindAgent, setReplyPlace } from "../../src/rooms/bind-agent.ts";
import { installWorkspace } from "../../src/rooms/workspaces/install-workspace.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  await app.addAgent({ slug: "vera", name: "Vera" });
  const ref = { platform: "slack" as const, externalId: "T1" };
  await installWorkspace({ ...app.scope, secrets: undefined }, ref, { name: "Acme" });
});
afterAll(() => app.close());

const scope = () => ({ em: app.db.em(), directory: app.control.directory });
const say = (channel: string, id: string, text: string, toBot: boolean) =>
  createIngress(app.control).message({
    roomKey: channel,
    ...(toBot && { ownThread: `${channel}:${id}` }),
    person: { externalId: "U1", name: "Ana" },
    text,
    externalId: id,
    toBot,
  });
const asked = (key: string) =>
  app.db.em().execute<{ slug: string }[]>(
    `select a.slug from room r join conversation c on c.room_id = r.id join agent a on a.id = c.agent_id
       join turn t on t.conversation_id = c.id where r.key = ? order by a.slug`,
    [key],
  );

it("an operator binds an agent to a channel in which nobody has spoken to the bot", async () => {
  await bindAgent(scope(), "slack:T1.C1", { slug: "vera", mode: "always" });
  await say("slack:T1.C1", "1.1", "good morning everybody", false);
  expect(await asked("slack:T1.C1")).toEqual([{ slug: "vera" }]);
});

it("and to one in which all answers were given in threads, which then begin with it", async () => {
  await say("slack:T1.C2", "2.1", "@troupe hello", true);
  expect(await asked("slack:T1.C2:2.1")).toEqual([{ slug: "sage" }]);
  await bindAgent(scope(), "slack:T1.C2", { slug: "vera", mode: "mention" });
  await say("slack:T1.C2", "2.2", "@troupe hello", true);
  expect(await asked("slack:T1.C2:2.2")).toEqual([{ slug: "vera" }]);
});

it("a channel can be told to answer in itself before anybody has spoken there", async () => {
  await setReplyPlace(scope(), "slack:T1.C3", "room");
  await say("slack:T1.C3", "3.1", "@troupe hello", true);
  expect(await asked("slack:T1.C3")).toEqual([{ slug: "sage" }]);
});

it("a workspace that has not let the bot in is refused, with those that have", async () => {
  for (const room of ["slack:T9.C1", "slack:C1", "discord:1.2"]) {
    const binding = bindAgent(scope(), room, { slug: "vera", mode: "always" });
    await expect(binding).rejects.toMatchObject({ code: "NOT_FOUND" });
  }
  await expect(setReplyPlace(scope(), "slack:T9.C1", "room")).rejects.toThrow(
    'Troupe is in no workspace "slack:T9". Rooms it can serve: slack:T1.<channel> (Acme).',
  );
  const rooms = await app.db.em().execute<{ key: string }[]>("select key from room");
  expect(rooms.map(({ key }) => key).filter((key) => /T9|slack:C1|discord/.test(key))).toEqual([]);
});

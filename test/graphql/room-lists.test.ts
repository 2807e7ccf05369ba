import { expect, it } from "vitest";
import { newId } from "../../src/base/ids.ts";
import { receiveMessage } from "../../src/rooms/receive-message.ts";
import { openServedApp } from "../support/test-server.ts";

const { app, server } = await openServedApp();

const TURNS = `query ($room: String, $agent: String, $status: TurnStatus, $before: ID, $first: Int) {
  turns(room: $room, agent: $agent, status: $status, before: $before, first: $first) {
    id room status question { text author { name } } agent { slug } } }`;
type Listed = { id: string; room: string; status: string; question: { text: string } };

const list = async (variables: Record<string, unknown> = {}) => {
  const { data, errors } = await server.ask<{ turns: Listed[] }>(TURNS, variables);
  expect(errors).toEqual([]);
  return data?.turns ?? [];
};
const texts = async (variables: Record<string, unknown>) =>
  (await list(variables)).map(({ question }) => question.text);

/** Asks in a room and waits until the turn has ended. */
async function ask(roomKey: string, text: string, person = "ana") {
  app.clock.advance(1000);
  const { turnIds } = await receiveMessage(app.control, {
    roomKey,
    person: { externalId: person, name: person },
    text,
    externalId: newId(),
  });
  await Promise.all(turnIds.map((id) => app.untilTurnEnds(id)));
}

it("turns are listed newest first, by room with its threads, agent and status, page by page", async () => {
  await app.addAgent({ slug: "vera", name: "Vera" });
  await server.ask(`mutation { pauseAgent(slug: "vera") { slug } }`);
  await ask("console:one", "@sage first");
  await ask("console:one:thread", "@sage second");
  await ask("console:onetwo", "@vera third");
  await ask("console:o_e", "@sage fourth");

  expect(await texts({})).toEqual(["@sage fourth", "@vera third", "@sage second", "@sage first"]);
  expect(await texts({ room: "console:one" })).toEqual(["@sage second", "@sage first"]);
  expect(await texts({ room: "console:o_e" })).toEqual(["@sage fourth"]);
  expect(await texts({ agent: "vera" })).toEqual(["@vera third"]);
  expect(await texts({ status: "DECLINED" })).toEqual(["@vera third"]);
  const [newest] = await list({ first: 1 });
  expect(newest).toMatchObject({ room: "console:o_e", status: "DONE" });
  expect(await texts({ before: newest?.id, first: 2 })).toEqual(["@vera third", "@sage second"]);
  expect(await texts({ room: "console:silent" })).toEqual([]);
});

it("refuses what is no room, no turn and no status", async () => {
  for (const wrong of [{ room: "nowhere" }, { before: "1" }, { status: "LOST" }]) {
    expect((await server.ask(TURNS, wrong)).errors).toHaveLength(1);
  }
});

it("places are listed with their threads and agents, the liveliest first", async () => {
  const document = `query ($under: String, $first: Int) {
    places(under: $under, first: $first) { key threads agents lastAt } }`;
  const places = async (variables: Record<string, unknown>) =>
    (await server.ask<{ places: { key: string }[] }>(document, variables)).data?.places;
  await ask("console:busy:t1", "@sage hello");
  await ask("console:busy:t2", "@sage and @vera hello");
  await ask("console:quiet", "@sage hello");
  await ask("console:busy:t1", "@sage again");

  expect(await places({ under: "console:busy" })).toEqual([
    {
      key: "console:busy",
      threads: 2,
      agents: ["sage", "vera"],
      lastAt: expect.stringMatching(/^\d{4}-/),
    },
  ]);
  const liveliest = (await places({ under: "console:", first: 2 }))?.map(({ key }) => key);
  expect(liveliest).toEqual(["console:busy", "console:quiet"]);
  expect(await places({ under: "slack:" })).toEqual([]);
  expect(await places({ under: "%" })).toEqual([]);
});

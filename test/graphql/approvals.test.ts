import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createActingTools, untilAsked } from "../support/approvals.ts";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

const { done, tools } = createActingTools();
let app: TestApp;
let plane: ControlPlane;
let rooms = 0;
beforeAll(async () => {
  app = await openTestApp({ tools });
  await app.addAgent({ slug: "poster", name: "Poster", tools: ["publish"] });
  app.model.respond(({ messages }) =>
    messages.at(-1)?.role === "tool"
      ? { text: "It is on the board." }
      : { toolCalls: [{ id: "c1", name: "publish", input: { text: "Hello" } }] },
  );
  await app.work();
  plane = openControlPlane(app.control, "Olga");
});
afterAll(() => app.close());
beforeEach(() => {
  done.length = 0;
});

const DECIDE = (mutation: string) =>
  `mutation ($id: ID!, $person: String) { decided: ${mutation}(id: $id, person: $person) { status decidedBy } }`;
const SET = `mutation ($room: String!, $agent: String, $people: [String!]!) {
  setApprovers(room: $room, agent: $agent, people: $people) { name } }`;

async function askToPublish(room = `desk-${rooms++}`) {
  const { turnIds } = await app.say(room, "Ana", "@poster publish it");
  const { id } = await untilAsked(app, turnIds[0] ?? "");
  return { room: `console:${room}`, turnId: turnIds[0] ?? "", id };
}

const decide = (mutation: "approve" | "decline", id: string, person?: string) =>
  plane.ask<{ decided: { status: string; decidedBy: string } }>(DECIDE(mutation), {
    id,
    ...(person !== undefined && { person }),
  });

describe("approvals", () => {
  it("are listed with what would happen, for whom, and who may decide", async () => {
    const { room, turnId, id } = await askToPublish();
    const query = `query ($room: String!) { approvals(status: WAITING, room: $room) {
      id kind status agent { slug } room { key } turnId requester deciders tool arguments action
      confidence decidedBy expiresAt createdAt } }`;
    const { approvals } = await plane.ask<{ approvals: unknown[] }>(query, { room });
    expect(approvals).toEqual([
      {
        id,
        kind: "TOOL",
        status: "WAITING",
        agent: { slug: "poster" },
        room: { key: room },
        turnId,
        requester: "Ana",
        deciders: ["Ana"],
        tool: "publish",
        arguments: { text: "Hello" },
        action: "post “Hello” on the board (publish)",
        confidence: null,
        decidedBy: null,
        expiresAt: "2026-03-10T11:30:00.000Z",
        createdAt: "2026-03-10T10:30:00.000Z",
      },
    ]);
    const turn = await plane.ask(`query ($id: ID!) { turn(id: $id) { status reply { text } } }`, {
      id: turnId,
    });
    expect(turn).toEqual({ turn: { status: "WAITING", reply: null } });
    await decide("decline", id);
  });

  it("are decided by the operator, once", async () => {
    const { id, turnId } = await askToPublish();
    expect(await decide("approve", id)).toEqual({
      decided: { status: "APPROVED", decidedBy: "Olga" },
    });
    await app.untilTurnEnds(turnId);
    expect(done).toHaveLength(1);
    await expect(decide("decline", id)).rejects.toMatchObject({
      code: "CONFLICT",
      message: "Olga has already approved this.",
    });
  });

  it("are decided by a person of the room only where they asked or are listed", async () => {
    const { room, id, turnId } = await askToPublish();
    await expect(decide("approve", id, "Mallory")).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: "Only Ana can decide this.",
    });
    expect(await plane.ask(SET, { room, people: ["Ben", "Cleo"] })).toEqual({
      setApprovers: [{ name: "Ben" }, { name: "Cleo" }],
    });
    await expect(decide("approve", id, "Mallory")).rejects.toMatchObject({
      message: "Only Ana, Ben, Cleo can decide this.",
    });
    expect(await decide("approve", id, "Ben")).toMatchObject({ decided: { decidedBy: "Ben" } });
    await app.untilTurnEnds(turnId);
    expect(done).toHaveLength(1);
  });

  it("of an agent are decided by its own approvers in every room, until the list is emptied", async () => {
    const first = await askToPublish();
    const elsewhere = "console:elsewhere";
    await plane.ask(SET, { room: elsewhere, agent: "poster", people: ["Dan"] });
    expect(await decide("decline", first.id, "Dan")).toMatchObject({
      decided: { status: "DECLINED", decidedBy: "Dan" },
    });
    await app.untilTurnEnds(first.turnId);
    await plane.ask(SET, { room: elsewhere, agent: "poster", people: [] });
    const second = await askToPublish();
    await expect(decide("approve", second.id, "Dan")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await decide("decline", second.id, "Ana");
  });

  it("tell who is listed for a room and for an agent", async () => {
    const list = (variables: object) =>
      plane.ask(
        `query ($room: String!, $agent: String) { approvers(room: $room, agent: $agent) { name externalId } }`,
        variables,
      );
    const room = `console:listed-${rooms++}`;
    await expect(list({ room })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await plane.ask(SET, { room, people: ["Cleo", "Ben"] });
    await plane.ask(SET, { room, agent: "poster", people: ["Dan"] });
    expect(await list({ room })).toEqual({
      approvers: [
        { name: "Ben", externalId: "ben" },
        { name: "Cleo", externalId: "cleo" },
      ],
    });
    expect(await list({ room, agent: "poster" })).toEqual({
      approvers: [{ name: "Dan", externalId: "dan" }],
    });
    await plane.ask(SET, { room, agent: "poster", people: [] });
    await plane.ask(SET, { room, people: [] });
    expect(await list({ room, agent: "poster" })).toEqual({ approvers: [] });
    expect(await list({ room })).toEqual({ approvers: [] });
    await expect(list({ room: "nowhere" })).rejects.toMatchObject({ code: "INVALID" });
  });

  it("tell those who watch the room what is asked and how it ends", async () => {
    const room = `desk-${rooms++}`;
    const events = await plane.watch(`subscription { roomEvents(room: "console:${room}") {
      __typename ... on ApprovalChanged { agent { slug } approval { status action decidedBy } } } }`);
    const { id } = await askToPublish(room);
    await decide("decline", id);
    const changes: unknown[] = [];
    while (changes.length < 2) {
      const { value } = await events.next();
      const { roomEvents } = value as { roomEvents: { __typename: string } };
      if (roomEvents.__typename === "ApprovalChanged") changes.push(roomEvents);
    }
    expect(changes).toMatchObject([
      { agent: { slug: "poster" }, approval: { action: "post “Hello” on the board (publish)" } },
      { agent: { slug: "poster" }, approval: { status: "DECLINED", decidedBy: "Olga" } },
    ]);
  });

  it.each([
    ["no id at all", { id: "'; drop table approval; --" }, "NOT_FOUND"],
    ["an unknown id", { id: "019ab000-0000-7000-8000-000000000000" }, "NOT_FOUND"],
  ])("refuse %s", async (_what, { id }, code) => {
    await expect(decide("approve", id)).rejects.toMatchObject({ code });
    await expect(decide("approve", id, "Ana")).rejects.toMatchObject({ code });
  });

  it.each([
    ["a room that is none", { room: "nowhere", people: [] }, "INVALID"],
    ["a room nobody wrote in", { room: "slack:T1.C1", people: [] }, "NOT_FOUND"],
    ["an unknown agent", { room: "console:desk", agent: "nobody", people: [] }, "NOT_FOUND"],
    ["a blank name", { room: "console:desk", people: [" "] }, "INVALID"],
    [
      "a crowd",
      { room: "console:desk", people: Array.from({ length: 51 }, (_, i) => `p${i}`) },
      "INVALID",
    ],
  ])("list no approvers for %s", async (_what, variables, code) => {
    await expect(plane.ask(SET, variables)).rejects.toMatchObject({ code });
  });
});

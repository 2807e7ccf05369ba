import { describe, expect, it } from "vitest";
import { recordFeedback, withdrawFeedback } from "../../src/turns/feedback/record-feedback.ts";
import { openServedApp } from "../support/test-server.ts";

const { app, server } = await openServedApp();

const BIND = `mutation ($room: String!, $agent: String!, $mode: ParticipationMode!) {
  bindAgent(room: $room, agent: $agent, mode: $mode) { key } }`;
const SEND = `mutation ($room: String!, $text: String!) {
  sendMessage(input: { room: $room, person: "ana", text: $text }) { turns { id agent { slug } } } }`;

type Sent = { sendMessage: { turns: { id: string; agent: { slug: string } }[] } };

async function send(room: string, text: string) {
  const { data } = await server.ask<Sent>(SEND, { room, text });
  return (data as Sent).sendMessage.turns;
}

describe("bindAgent", () => {
  it("switches an agent off in a room, and on again", async () => {
    const room = "console:bound";
    expect(await send(room, "@sage hi")).toHaveLength(1);
    await server.ask(BIND, { room, agent: "sage", mode: "OFF" });
    const [refused] = await send(room, "@sage hi");
    expect(await app.untilTurnEnds(refused?.id ?? "")).toMatchObject({
      status: "declined",
      reason: `Sage is switched off in this room: \`npx troupe rooms bind ${room} sage mention\` turns it on.`,
    });
    await server.ask(BIND, { room, agent: "sage", mode: "MENTION" });
    const [taken] = await send(room, "@sage hi");
    expect(await app.untilTurnEnds(taken?.id ?? "")).toMatchObject({ status: "done" });
  });

  it("says whether an agent answers other bots, which stays until said otherwise", async () => {
    const room = "console:bots";
    await send(room, "@sage hi");
    const bind = `mutation ($bots: Boolean) {
      bindAgent(room: "console:bots", agent: "sage", mode: MENTION, answersBots: $bots) {
        members { answersBots } messages { files { name } } } }`;
    const answersBots = async (bots?: boolean) => {
      const { data } = await server.ask<{
        bindAgent: { members: { answersBots: boolean }[]; messages: { files: unknown[] }[] };
      }>(bind, { bots });
      expect(data?.bindAgent.messages[0]?.files).toEqual([]);
      return data?.bindAgent.members[0]?.answersBots;
    };
    expect(await answersBots()).toBe(false);
    expect(await answersBots(true)).toBe(true);
    expect(await answersBots()).toBe(true);
    expect(await answersBots(false)).toBe(false);
  });

  it("refuses unknown agents and rooms nobody has spoken in", async () => {
    const nobody = await server.ask(BIND, { room: "console:x", agent: "nobody", mode: "OFF" });
    expect(nobody.errors[0]?.extensions?.code).toBe("NOT_FOUND");
    const nowhere = await server.ask(BIND, { room: "slack:T1.C1", agent: "sage", mode: "OFF" });
    expect(nowhere.errors[0]?.extensions?.code).toBe("NOT_FOUND");
  });
});

describe("setReplyPlace", () => {
  it("is stored with the room", async () => {
    const query = `mutation { setReplyPlace(room: "console:placed", place: ROOM) { key } }`;
    expect((await server.ask(query)).errors).toEqual([]);
    const rows = await app.db.sql.rows(
      { name: "placed", text: "select reply_in from room where key = 'console:placed'" },
      [],
    );
    expect(rows).toEqual([{ reply_in: "room" }]);
  });
});

describe("Turn.feedback", () => {
  it("shows a verdict on an answer until it is taken back", async () => {
    const [turn] = await send("console:feedback", "@sage hi");
    await app.untilTurnEnds(turn?.id ?? "");
    const [reply] = await app.db.sql.rows<{ externalId: string; workspaceId: string }>(
      {
        name: "reply_of_turn",
        text: `select m.external_id as "externalId", r.workspace_id as "workspaceId"
          from message m join room r on r.id = m.room_id where m.turn_id = $1`,
      },
      [turn?.id],
    );
    const answer = { roomKey: "console:feedback", externalId: reply?.externalId ?? "" };
    const personId = await app.control.directory.person(reply?.workspaceId ?? "", "ben", "Ben");
    const query = `query ($id: ID!) { turn(id: $id) { feedback { person verdict reason } } }`;
    const given = { personId, verdict: "bad", reason: "too long" } as const;

    expect(await recordFeedback(app.control, answer, given)).toBe(true);
    expect((await server.ask(query, { id: turn?.id })).data).toEqual({
      turn: { feedback: [{ person: "Ben", verdict: "BAD", reason: "too long" }] },
    });
    expect(await withdrawFeedback(app.control, answer, given)).toBe(true);
    expect((await server.ask(query, { id: turn?.id })).data).toEqual({ turn: { feedback: [] } });
  });
});

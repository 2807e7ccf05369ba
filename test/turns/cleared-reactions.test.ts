import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  recordFeedback,
  withdrawFeedback,
  withdrawReactions,
} from "../../src/turns/feedback/record-feedback.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("reactions that a moderator clears, on $name", (size) => {
  let app: TestApp;
  let rooms = 0;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.work();
  });
  afterAll(() => app.close());

  /** An answer that Amy and Ben like by a reaction, Cleo by a button, and Dan does not. */
  async function judged() {
    const room = `cleared-${rooms++}`;
    const roomKey = `console:${room}`;
    const turn = await app.ask(room, "Ana", "hello");
    const em = app.db.em();
    const [reply] = await em.execute<{ id: string }[]>(
      "select external_id as id from message where turn_id = ?",
      [turn.id],
    );
    const answer = { roomKey, externalId: reply?.id ?? "" };
    const { workspaceId } = await app.control.directory.room(roomKey);
    const give = async (name: string, verdict: "good" | "bad", byReaction: boolean) => {
      const personId = await app.control.directory.person(workspaceId, name, name);
      await recordFeedback(app.control, answer, { personId, verdict, byReaction });
      return personId;
    };
    const amy = await give("amy", "good", true);
    await give("ben", "good", true);
    await give("cleo", "good", false);
    await give("dan", "bad", true);
    const holding = async () => {
      const rows = await em.execute<{ name: string }[]>(
        `select p.name from feedback f join person p on p.id = f.person_id
         where f.turn_id = ? and f.withdrawn_at is null order by p.name`,
        [turn.id],
      );
      return rows.map(({ name }) => name);
    };
    const succeeded = async () => {
      const [row] = await em.execute<{ succeeded: boolean }[]>(
        "select succeeded from turn where id = ?",
        [turn.id],
      );
      return row?.succeeded;
    };
    return { answer, amy, holding, succeeded };
  }

  it("are taken back, those of one kind alone, and what was given by a button stays", async () => {
    const { answer, holding, succeeded } = await judged();
    expect(await succeeded()).toBe(false);
    await withdrawReactions(app.control, answer, "bad");
    expect(await holding()).toEqual(["amy", "ben", "cleo"]);
    expect(await succeeded()).toBe(true);
    await withdrawReactions(app.control, answer, undefined);
    expect(await holding()).toEqual(["cleo"]);
  });

  it("can be given and taken back one by one as before", async () => {
    const { answer, amy, holding } = await judged();
    await withdrawReactions(app.control, answer, "good");
    await recordFeedback(app.control, answer, { personId: amy, verdict: "good", byReaction: true });
    expect(await holding()).toEqual(["amy", "cleo", "dan"]);
    await withdrawFeedback(app.control, answer, { personId: amy, verdict: "good" });
    expect(await holding()).toEqual(["cleo", "dan"]);
  });
});

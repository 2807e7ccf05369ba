import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openRoomStage } from "./room-stage.ts";

describe("a channel in Slack", () => {
  let stage: Awaited<ReturnType<typeof openRoomStage>>;

  beforeAll(async () => {
    stage = await openRoomStage({ people: ["ana", "ben", "Rex"] });
  });
  afterAll(() => stage.close());
  beforeEach(() => stage.enter());

  it("in which an agent always answers has it answer in threads too, whoever began them", async () => {
    await stage.command("/agent invite sage always");
    const { ts } = stage.say("good morning");
    await stage.settled();
    const [, answer] = stage.double.appMessages(stage.channel());
    for (const thread_ts of [ts, answer?.ts ?? ""]) {
      stage.say("and in here?", { thread_ts });
      await stage.settled();
      expect(stage.speakers(thread_ts)).toEqual(thread_ts === ts ? ["Sage"] : ["Sage", "Sage"]);
    }
  });

  it("in which an agent listens has it remember what was said in threads before it is asked", async () => {
    await stage.command("/agent invite sage listen");
    const { ts } = stage.say("the launch is on friday");
    stage.say("at nine", { thread_ts: ts, user: "ben" });
    await stage.settled();
    expect(stage.speakers(ts)).toEqual([]);
    const inThread = `message m join room r on r.id = m.room_id where r.key = '${stage.key(ts)}'`;
    expect(await stage.count(inThread)).toBe(1);
    stage.say("when?", { thread_ts: ts, mention: true });
    await stage.settled();
    expect(stage.speakers(ts)).toEqual(["Sage"]);
  });

  it("whose agents wait for a mention leaves threads alone that nobody mentions them in", async () => {
    await stage.command("/agent invite sage");
    const { ts } = stage.say("lunch?");
    stage.say("yes", { thread_ts: ts, user: "ben" });
    await stage.settled();
    expect(await stage.count(`room where key = '${stage.key(ts)}'`)).toBe(0);
  });

  it("follows a switch of mode at once, in threads that begin after it, in every process", async () => {
    await stage.open(stage.engine.openIngress());
    await stage.command("/agent invite sage");
    const { ts } = stage.say("lunch?");
    stage.say("yes", { thread_ts: ts });
    await stage.settled();
    await stage.bind("sage", "always");
    stage.say("where?", { thread_ts: ts });
    await stage.settled();
    expect(stage.speakers(ts)).toEqual(["Sage"]);
    await stage.bind("sage", "mention");
    stage.say("fine", { thread_ts: ts });
    await stage.settled();
    expect(stage.speakers(ts)).toEqual(["Sage"]);
  });

  it("is set up by an operator where nobody has spoken yet", async () => {
    await stage.bind("rex", "always");
    stage.say("good morning");
    await stage.settled();
    expect(stage.speakers()).toEqual(["Rex"]);
    await stage.setReplyPlace("room");
    const { ts } = stage.say("rex, and good night", { mention: true });
    await stage.settled();
    expect(stage.speakers()).toEqual(["Rex", "Rex"]);
    expect(stage.speakers(ts)).toEqual([]);
  });

  it("that is set up rules the threads which were begun in it before", async () => {
    const { ts } = stage.say("hello", { mention: true });
    await stage.settled();
    await stage.setFeedbackButtons(false);
    stage.say("and now?", { thread_ts: ts, mention: true });
    await stage.settled();
    const answers = stage.double.appMessages(stage.channel(), ts);
    expect(answers.map(({ buttons }) => buttons.length)).toEqual([2, 0]);
  });

  it("does not take a person for the agent of the same name", async () => {
    await stage.command("/agent invite sage");
    await stage.command("/agent invite rex");
    const person = `<@${stage.person("Rex")}>`;
    const plain = stage.say(`${person} can you review this?`);
    const asked = stage.say(`what did ${person} say?`, { mention: true });
    const both = stage.say(`rex, what did ${person} say?`, { mention: true });
    await stage.settled();
    expect(stage.speakers(plain.ts)).toEqual([]);
    expect(stage.speakers(asked.ts)).toEqual(["Sage"]);
    expect(stage.speakers(both.ts)).toEqual(["Rex"]);
  });
});

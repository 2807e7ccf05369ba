import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createScriptedModel } from "../../fakes/scripted-model.ts";
import { openRoomStage } from "./room-stage.ts";

describe("a thread in Slack that hangs on words of its channel", () => {
  const model = createScriptedModel();
  let stage: Awaited<ReturnType<typeof openRoomStage>>;

  beforeAll(async () => {
    stage = await openRoomStage({ model });
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    stage.enter();
    await stage.bind("sage", "always");
  });

  /** What the model was told last, without what changes each time. */
  const told = () =>
    (model.requests.at(-1)?.messages ?? []).map(({ role, ...message }) => [
      role,
      "text" in message ? message.text.replace(/<facts>[^]*/, "") : "",
    ]);

  it("is answered with them in mind, whoever wrote them", async () => {
    model.script({ text: "Refunds take thirty days." });
    const { ts } = stage.say("how long do refunds take?", { user: "ben" });
    await stage.settled();
    expect(stage.speakers()).toEqual(["Sage"]);
    const [answer] = stage.double.appMessages(stage.channel());
    stage.say("why so long?", { thread_ts: answer?.ts ?? "" });
    await stage.settled();
    expect(told()).toEqual([
      ["user", expect.stringContaining("left out")],
      ["assistant", "Refunds take thirty days."],
      ["user", expect.stringContaining("why so long?")],
    ]);
    stage.say("well?", { thread_ts: ts, mention: true });
    await stage.settled();
    expect(told()).toEqual([
      [
        "user",
        expect.stringMatching(/from="ben".*how long do refunds take\?.*from="ana".*well\?/s),
      ],
    ]);
  });

  it("is answered without them once they are deleted", async () => {
    const { ts } = stage.say("the code is 1234");
    await stage.settled();
    stage.double.remove({ channel: stage.channel(), ts });
    await stage.settled();
    stage.say("what was it?", { thread_ts: ts, mention: true });
    await stage.settled();
    expect(JSON.stringify(told())).not.toContain("1234");
  });

  it("knows them once only where they were a mention", async () => {
    const { ts } = stage.say("how long?", { mention: true });
    await stage.settled();
    stage.say("and then?", { thread_ts: ts });
    await stage.settled();
    expect(JSON.stringify(told()).split("how long?")).toHaveLength(2);
  });
});

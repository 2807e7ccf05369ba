import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../src/base/ids.ts";
import type { ReplyAddress } from "../../src/rooms/platform/chat-platform.ts";
import { until } from "../support/until.ts";
import { type ChatPlatformHarness, type ChatPlatformStage, POST_FAULTS } from "./chat-platform.ts";

const NEW = { resumed: false };
const QUESTION =
  '**May I post “Hello”?** This needs approval.\n\n```json\n{ "text": "Hello" }\n```\n\n_Ana can decide._';
const OUTCOME = "✅ Ana approved: post “Hello”";

/** The part of the `ChatPlatform` contract about questions, buttons and drafts that are given up. */
export function describeQuestions(name: string, harness: ChatPlatformHarness): void {
  describe(`questions on the chat platform ${name}`, () => {
    let stage: ChatPlatformStage;
    let address: ReplyAddress;

    beforeEach(async () => {
      stage = await harness.open();
      ({ address } = stage);
    });

    afterEach(async () => {
      await stage.close();
    });

    const seen = () => stage.seen(address);
    const ask = (id: string, resumed = false) =>
      stage.connect().ask(address, id, { question: QUESTION, resumed });

    it("a question is shown whole, with Approve and Decline that name its approval", async () => {
      const id = newId();
      const message = await ask(id);
      expect(seen().map((each) => each.id)).toEqual([message]);
      expect(seen()[0]?.text).toContain("May I post “Hello”?");
      expect(seen()[0]?.text).toContain('"text": "Hello"');
      expect(stage.buttons(message)).toEqual([`troupe:approve:${id}`, `troupe:decline:${id}`]);
      expect(stage.violations()).toEqual([]);
    });

    it.each(POST_FAULTS)("a question is shown once in spite of a %s", async (fault) => {
      stage.breakPosts(fault);
      const message = await ask(newId());
      expect(seen().map((each) => each.id)).toEqual([message]);
    });

    it("a question that another process had asked before it died is not asked again", async () => {
      const id = newId();
      const first = await ask(id);
      expect(await ask(id, true)).toBe(first);
      expect(seen()).toHaveLength(1);
    });

    it("a question that is over says how it ended and has no buttons, however often it is told", async () => {
      const message = await ask(newId());
      for (const platform of [stage.connect(), stage.connect()]) {
        await platform.closeQuestion(address, message, OUTCOME);
      }
      expect(seen()).toMatchObject([{ id: message, text: expect.stringContaining("approved") }]);
      expect(seen()[0]?.text).not.toContain("May I");
      expect(stage.buttons(message)).toEqual([]);
      expect(stage.violations()).toEqual([]);
    });

    it("an answer carries 👍 and 👎 on its last message, and only where that is wanted", async () => {
      const platform = stage.connect();
      const text = "word ".repeat((platform.traits.messageCharacters * 1.5) / 5);
      const wanted = { feedbackButtons: true };
      const ids = await platform.openReply(address, newId(), NEW).finish(text, wanted);
      expect(ids.map((id) => stage.buttons(id))).toEqual([
        [],
        ["troupe:feedback:good", "troupe:feedback:bad"],
      ]);
      const [plain = ""] = await platform.openReply(address, newId(), NEW).finish("Short.");
      expect(stage.buttons(plain)).toEqual([]);
      expect(stage.violations()).toEqual([]);
    });

    it("an answer of words alone carries them too", async () => {
      const [id = ""] = await stage
        .connect()
        .openReply(address, newId(), NEW)
        .finish("Thirty days.", { feedbackButtons: true });
      expect(stage.buttons(id)).toHaveLength(2);
      expect(seen()).toMatchObject([{ text: expect.stringContaining("Thirty days.") }]);
    });

    it("a draft that is given up is not drawn over what another process made final", async () => {
      const id = newId();
      const draft = stage.connect().openReply(address, id, NEW);
      draft.show("The refund takes a number of");
      await until(() => seen().length === 1);
      draft.show("The refund takes a number of days, which");
      draft.abandon();
      draft.show("The refund takes a number of days, which I look up");
      const final = await stage
        .connect()
        .openReply(address, id, { resumed: true })
        .finish("The refund takes thirty days.");
      // Another draft, begun later, is drawn twice: by then the first one would have been drawn again.
      const other = stage.connect().openReply(stage.elsewhere, newId(), NEW);
      const otherText = () => stage.seen(stage.elsewhere).at(-1)?.text ?? "";
      other.show("A word");
      await until(() => otherText().includes("A word"));
      other.show("A word and another");
      await until(() => otherText().includes("another"));
      other.abandon();
      expect(seen()[0]).toMatchObject({ id: final[0], text: expect.stringContaining("thirty") });
    });

    it("a draft that is taken back is gone, and nothing comes after it", async () => {
      const draft = stage.connect().openReply(address, newId(), NEW);
      draft.show("Let me look into the calendar first.");
      await until(() => seen().length === 1);
      await draft.retract();
      draft.show("a late word");
      expect(seen()).toEqual([]);
      await stage.connect().openReply(address, newId(), NEW).retract();
    });
  });
}

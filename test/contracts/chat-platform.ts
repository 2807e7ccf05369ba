import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../src/base/ids.ts";
import type { ChatPlatform, ReplyAddress } from "../../src/rooms/platform/chat-platform.ts";
import { until } from "../support/until.ts";

/** A message of the product as people see it now, edits applied. */
type SeenMessage = { id: string; text: string; files: number };

/** What can go wrong with the call that posts a message, or with each further one. */
export const POST_FAULTS = ["rate-limit", "lose-request", "lose-response", "server-error"] as const;
export type PostFault = (typeof POST_FAULTS)[number];

/** A place on one platform where somebody has asked something, made anew for each test. */
export type ChatPlatformStage = {
  /** Where the answer goes; `person` is set. */
  address: ReplyAddress;
  /** The address of another question in the same channel. */
  elsewhere: ReplyAddress;
  /** The platform as a further process sees it; closed by the stage. */
  connect(): ChatPlatform;
  /** The product's messages where this address points, oldest first. */
  seen(address: ReplyAddress): SeenMessage[];
  /** The names of the buttons below one of the product's messages. */
  buttons(message: string): string[];
  /** What the person of the address was told, by whatever private way there is. */
  toldPrivately(): string[];
  /** Whom the product's messages have pinged as a whole room, so far. */
  massMentions(): number;
  /** How many calls have posted or changed a message so far. */
  writes(): number;
  /** The calls that post a message go wrong like this, `times` times after `after` that go well. */
  breakPosts(fault: PostFault, plan?: { times?: number; after?: number }): void;
  removeFromChannel(): void;
  revokeToken(): void;
  /** Requests that the platform's documentation forbids. */
  violations(): readonly unknown[];
  close(): Promise<void>;
};

export type ChatPlatformHarness = { open(): Promise<ChatPlatformStage> };

const NEW = { resumed: false };
const RESUMED = { resumed: true };
const ANSWER = "The refund takes **thirty** days.";

/** Words that can be told apart, so that none can be lost or doubled unseen. */
function words(count: number, from = 0): string {
  const lines = Array.from({ length: Math.ceil(count / 10) }, (_, line) =>
    Array.from({ length: Math.min(10, count - line * 10) }, (_, i) => `w${from + line * 10 + i}`),
  );
  return lines.map((line) => line.join(" ")).join("\n\n");
}

/** A text of two or three messages of the platform. */
function longText({ traits }: ChatPlatform): string {
  return words(Math.floor((traits.messageCharacters * 2.5) / 6));
}

/** A text of so many messages that it becomes a file. */
function endlessText({ traits }: ChatPlatform): string {
  return words(Math.ceil((traits.messageCharacters * (traits.mostParts + 1)) / 5));
}

function wordsIn(texts: readonly string[]): string[] {
  return texts.join(" ").match(/\bw\d+\b/g) ?? [];
}

/** The `ChatPlatform` contract: what every platform keeps, whatever the network does. */
export function describeChatPlatform(name: string, harness: ChatPlatformHarness): void {
  describe(`the chat platform ${name}`, () => {
    let stage: ChatPlatformStage;
    let address: ReplyAddress;

    beforeEach(async () => {
      stage = await harness.open();
      ({ address } = stage);
    });

    afterEach(async () => {
      await stage.close();
    });

    const texts = (where = address) => stage.seen(where).map(({ text }) => text);
    const ids = (where = address) => stage.seen(where).map(({ id }) => id);

    it("shows a reply once and answers the ids of its messages", async () => {
      const answered = await stage.connect().openReply(address, newId(), NEW).finish(ANSWER);
      expect(texts()).toEqual([expect.stringContaining("thirty")]);
      expect(answered).toEqual(ids());
      expect(stage.violations()).toEqual([]);
    });

    it("shows a reply while it is written, in one message and few calls", async () => {
      const draft = stage.connect().openReply(address, newId(), NEW);
      const text = words(200);
      for (let end = 0; end < text.length; end += 10) draft.show(text.slice(0, end));
      await until(() => stage.seen(address).length === 1);
      const answered = await draft.finish(text);
      expect(answered).toEqual(ids());
      expect(wordsIn(texts())).toEqual(wordsIn([text]));
      expect(stage.writes()).toBeLessThanOrEqual(4);
      expect(stage.violations()).toEqual([]);
    });

    it("ends with the final words where the draft said something else", async () => {
      const draft = stage.connect().openReply(address, newId(), NEW);
      draft.show("Let me look into the calendar first.");
      await until(() => stage.seen(address).length === 1);
      await draft.finish(ANSWER);
      draft.show("a late word");
      expect(texts()).toEqual([expect.stringContaining("thirty")]);
      expect(texts()[0]).not.toContain("calendar");
    });

    it("continues what another process showed before it died", async () => {
      const id = newId();
      stage.connect().openReply(address, id, NEW).show("The refund takes a number of");
      await until(() => stage.seen(address).length === 1);
      const answered = await stage.connect().openReply(address, id, RESUMED).finish(ANSWER);
      expect(texts()).toEqual([expect.stringContaining("thirty")]);
      expect(answered).toEqual(ids());
    });

    it("posts nothing anew that another process had posted but not recorded", async () => {
      const id = newId();
      const platform = stage.connect();
      const text = longText(platform);
      const first = await platform.openReply(address, id, NEW).finish(text);
      const second = await stage.connect().openReply(address, id, RESUMED).finish(text);
      expect(second).toEqual(first);
      expect(ids()).toEqual(first);
      expect(wordsIn(texts())).toEqual(wordsIn([text]));
    });

    it("posts a resumed reply of which nothing was visible", async () => {
      await stage.connect().openReply(address, newId(), NEW).finish("Another answer.");
      await stage.connect().openReply(address, newId(), RESUMED).finish(ANSWER);
      expect(texts()).toEqual(
        [/Another answer/, /thirty/].map((each) => expect.stringMatching(each)),
      );
    });

    it("splits a long reply without loss, in order, within the platform's limit", async () => {
      const platform = stage.connect();
      const { messageCharacters, mostParts } = platform.traits;
      const text = longText(platform);
      const answered = await platform.openReply(address, newId(), NEW).finish(text);
      expect(answered.length).toBeGreaterThan(1);
      expect(answered.length).toBeLessThanOrEqual(mostParts);
      expect(answered).toEqual(ids());
      expect(wordsIn(texts())).toEqual(wordsIn([text]));
      for (const part of texts()) expect(part.length).toBeLessThanOrEqual(messageCharacters);
      expect(stage.violations()).toEqual([]);
    });

    it("sends a reply of too many parts as a file, once", async () => {
      const [id, platform] = [newId(), stage.connect()];
      const text = endlessText(platform);
      const first = await platform.openReply(address, id, NEW).finish(text);
      expect(first.length).toBeGreaterThan(0);
      const second = await stage.connect().openReply(address, id, RESUMED).finish(text);
      expect(second).toEqual(first);
      expect(stage.seen(address).length).toBeLessThanOrEqual(2);
      expect(stage.seen(address).reduce((sum, { files }) => sum + files, 0)).toBe(1);
      expect(stage.violations()).toEqual([]);
    });

    it("shows text that renders to nothing as it was written", async () => {
      await stage
        .connect()
        .openReply(address, newId(), NEW)
        .finish("[docs]: https://example.com/a");
      expect(texts()).toEqual([expect.stringContaining("example.com/a")]);
    });

    it.each(POST_FAULTS)("shows one reply in spite of a %s", async (fault) => {
      stage.breakPosts(fault);
      const answered = await stage.connect().openReply(address, newId(), NEW).finish(ANSWER);
      expect(texts()).toEqual([expect.stringContaining("thirty")]);
      expect(answered).toEqual(ids());
    });

    it.each(POST_FAULTS)("shows each part once in spite of a %s in between", async (fault) => {
      stage.breakPosts(fault, { after: 1, times: 2 });
      const platform = stage.connect();
      const text = longText(platform);
      const answered = await platform.openReply(address, newId(), NEW).finish(text);
      expect(answered).toEqual(ids());
      expect(wordsIn(texts())).toEqual(wordsIn([text]));
    });

    it.each(POST_FAULTS)("shows one reply in spite of a %s while it drafts", async (fault) => {
      stage.breakPosts(fault);
      const draft = stage.connect().openReply(address, newId(), NEW);
      const before = stage.writes();
      draft.show("The refund takes a number of");
      await until(() => stage.writes() > before);
      await draft.finish(ANSWER);
      expect(texts()).toEqual([expect.stringContaining("thirty")]);
    });

    it("keeps replies apart that are written at the same time in one channel", async () => {
      const platform = stage.connect();
      const other = stage.elsewhere;
      const drafts = [address, other].map((place) => platform.openReply(place, newId(), NEW));
      for (const [i, draft] of drafts.entries()) draft.show(words(10, i * 100));
      await Promise.all(drafts.map((draft, i) => draft.finish(words(20, i * 100))));
      expect(wordsIn(texts())).toEqual(wordsIn([words(20)]));
      expect(wordsIn(texts(other))).toEqual(wordsIn([words(20, 100)]));
    });

    it("lets nothing that a model wrote mention a whole room", async () => {
      const text = "@everyone @here @channel <!channel> <!here|here> <!subteam^S123> <@&1> look";
      const draft = stage.connect().openReply(address, newId(), NEW);
      draft.show(text);
      await until(() => stage.seen(address).length === 1);
      await draft.finish(`${text}\n\n\`\`\`\n${text}\n\`\`\``);
      expect(stage.massMentions()).toBe(0);
    });

    it("says for good that the channel is closed to it, and never shows an error before", async () => {
      stage.removeFromChannel();
      const platform = stage.connect();
      platform.showStatus(address, "is thinking …");
      const draft = platform.openReply(address, newId(), NEW);
      draft.show("half of it");
      await expect(draft.finish(ANSWER)).rejects.toMatchObject({
        name: "AppError",
        code: expect.stringMatching(/^(FORBIDDEN|NOT_FOUND)$/),
      });
    });

    it("says for good that its token was revoked, without a storm of calls", async () => {
      stage.revokeToken();
      const draft = stage.connect().openReply(address, newId(), NEW);
      await expect(draft.finish(ANSWER)).rejects.toMatchObject({
        name: "AppError",
        code: "FORBIDDEN",
      });
      expect(stage.writes()).toBeLessThanOrEqual(3);
    });

    it("tells the person alone", async () => {
      await stage.connect().tellPrivately(address, "The budget of this room is used up.");
      expect(stage.toldPrivately()).toEqual([expect.stringContaining("budget of this room")]);
      expect(stage.violations()).toEqual([]);
    });
  });
}

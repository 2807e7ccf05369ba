import { describe, expect, it } from "vitest";
import { createChannelPace } from "../../../src/chat/slack/api/channel-pace.ts";

/** A clock that jumps by what is slept. */
function createPace() {
  const time = { now: 1_000_000 };
  const sleep = async (ms: number) => {
    time.now += ms;
  };
  return { time, pace: createChannelPace({ clock: { now: () => time.now }, sleep }) };
}

describe("the pace of a channel", () => {
  it("lets a burst through, then one message a second", async () => {
    const { time, pace } = createPace();
    const start = time.now;
    for (let i = 0; i < 10; i++) await pace.slot("C1");
    expect(time.now).toBe(start);
    for (let i = 0; i < 5; i++) await pace.slot("C1");
    expect(time.now).toBe(start + 5000);
    await pace.slot("C2");
    expect(time.now).toBe(start + 5000);
  });

  it("keeps slots for what must be sent, and refuses drafts first", async () => {
    const { time, pace } = createPace();
    const start = time.now;
    const spare = Array.from({ length: 10 }, () => pace.spareSlot("C1", "edit"));
    expect(spare.filter(Boolean)).toHaveLength(4);
    for (let i = 0; i < 6; i++) await pace.slot("C1");
    expect(time.now).toBe(start);
  });

  it("gives the drafts of all channels together what Slack allows edits", () => {
    const { time, pace } = createPace();
    const spare = Array.from({ length: 100 }, (_, i) => pace.spareSlot(`C${i}`, "edit"));
    expect(spare.filter(Boolean)).toHaveLength(20);
    time.now += 60_000;
    const later = Array.from({ length: 100 }, (_, i) => pace.spareSlot(`D${i}`, "edit"));
    expect(later.filter(Boolean)).toHaveLength(20);
  });

  it("leaves a channel alone for as long as Slack asks, and only that one", async () => {
    const { time, pace } = createPace();
    const start = time.now;
    pace.pause("C1", 30_000);
    expect(pace.spareSlot("C1", "edit")).toBe(false);
    expect(pace.spareSlot("C2", "edit")).toBe(true);
    await pace.slot("C2");
    expect(time.now).toBe(start);
    await pace.slot("C1");
    expect(time.now).toBe(start + 30_000);
  });

  it("starts no more streams in a minute than Slack allows a workspace, and a few at once", () => {
    const { time, pace } = createPace();
    const starts = (from: number) =>
      Array.from({ length: 100 }, (_, i) => pace.spareSlot(`C${from + i}`, "start")).filter(
        Boolean,
      );
    expect(starts(0)).toHaveLength(6);
    let later = 0;
    for (let second = 1; second <= 60; second++) {
      time.now += 1000;
      later += starts(second * 100).length;
    }
    expect(later).toBe(20);
  });

  it("lets streams grow without taking the slots of messages, in a workspace and not in one channel", () => {
    const { time, pace } = createPace();
    const appends = Array.from({ length: 100 }, () => pace.spareSlot("C1", "append"));
    expect(appends.filter(Boolean)).toHaveLength(30);
    expect(pace.spareSlot("C1", "edit")).toBe(true);
    time.now += 600;
    expect(pace.spareSlot("C2", "append")).toBe(true);
    expect(pace.spareSlot("C2", "append")).toBe(false);
  });

  it("rests from one kind of draft where Slack asks for it, and writes on", async () => {
    const { time, pace } = createPace();
    const start = time.now;
    pace.rest("start", 30_000);
    expect(pace.spareSlot("C1", "start")).toBe(false);
    expect(pace.spareSlot("C1", "edit")).toBe(true);
    await pace.slot("C1");
    expect(time.now).toBe(start);
    time.now += 30_000;
    expect(pace.spareSlot("C1", "start")).toBe(true);
    expect(pace.spareSlot("C1", "start")).toBe(false);
  });
});

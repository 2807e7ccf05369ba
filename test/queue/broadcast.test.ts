import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Broadcast, createBroadcast } from "../../src/queue/broadcast.ts";
import type { RelayNote } from "../../src/queue/relay-note.ts";
import { createMemoryRelayHub } from "./memory-relay.ts";

const TOPIC = "room.0190a000-0000-7000-8000-000000000001";
const MAX_RELAY_BYTES = 512 * 1024;

describe("who gets a message through the relay", () => {
  let hub = createMemoryRelayHub();
  const opened: Broadcast[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    hub = createMemoryRelayHub();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((broadcast) => broadcast.close()));
    vi.useRealTimers();
  });

  const settle = () => vi.advanceTimersByTimeAsync(1);
  const open = async (nodeId: string) => {
    const broadcast = createBroadcast(hub.open(nodeId), (error) => {
      throw error;
    });
    opened.push(broadcast);
    await settle();
    return broadcast;
  };
  const sent = (kind: RelayNote["kind"]) => hub.published.filter(({ note }) => note.kind === kind);
  const listen = (broadcast: Broadcast, topic = TOPIC) => {
    const heard: unknown[] = [];
    const stop = broadcast.subscribe(topic, (payload) => heard.push(payload));
    return { heard, stop };
  };
  const publish = async (broadcast: Broadcast, payload: unknown, topic = TOPIC) => {
    broadcast.publish(topic, payload);
    await settle();
  };

  it("is nobody while only its own process listens", async () => {
    const [alone] = [await open("a"), await open("b")];
    const { heard } = listen(alone);
    for (let i = 0; i < 10; i += 1) await publish(alone, i);
    await publish(alone, "unheard", "room.other");
    expect(heard).toHaveLength(10);
    expect(sent("messages")).toEqual([]);
  });

  it("is silent for good in a process that listens to nothing, after one question", async () => {
    const broadcast = await open("a");
    for (let i = 0; i < 10; i += 1) await publish(broadcast, i);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hub.published.map(({ note }) => note.kind)).toEqual(["ask"]);
  });

  it("is a subscriber elsewhere, until a moment after it unsubscribed", async () => {
    const [publisher, subscriber] = [await open("a"), await open("b")];
    await open("c");
    const { heard, stop } = listen(subscriber);
    await settle();
    await publish(publisher, 1);
    expect(heard).toEqual([1]);
    expect(sent("messages").map(({ topic }) => topic)).toEqual(["node.b"]);
    stop();
    await vi.advanceTimersByTimeAsync(1_100);
    await publish(publisher, 2);
    expect(sent("messages")).toHaveLength(1);
  });

  it("stays a subscriber that leaves and comes back at once, without another word", async () => {
    const [publisher, subscriber] = [await open("a"), await open("b")];
    const { stop } = listen(subscriber);
    await settle();
    stop();
    await vi.advanceTimersByTimeAsync(500);
    const { heard } = listen(subscriber);
    for (let i = 0; i < 5; i += 1) {
      listen(subscriber, "room.short").stop();
      await vi.advanceTimersByTimeAsync(1_100);
    }
    await publish(publisher, 1);
    expect(heard).toEqual([1]);
    expect(sent("topics")).toHaveLength(1);
  });

  it("is a subscriber that was there before the publisher", async () => {
    const { heard } = listen(await open("b"));
    await settle();
    await publish(await open("a"), 1);
    expect(heard).toEqual([1]);
  });

  it("is told once for everything that was subscribed together", async () => {
    const [publisher, subscriber] = [await open("a"), await open("b")];
    const all = Array.from({ length: 500 }, (_, i) => listen(subscriber, `room.${i}`));
    await settle();
    expect(sent("topics")).toHaveLength(1);
    for (let i = 0; i < 500; i += 1) publisher.publish(`room.${i}`, i);
    await settle();
    expect(all.map(({ heard }) => heard)).toEqual(all.map((_, i) => [i]));
    expect(sent("messages")).toHaveLength(1);
  });

  it("is told in parts that the relay carries, however many topics there are", async () => {
    const [publisher, subscriber] = [await open("a"), await open("b")];
    const topics = Array.from({ length: 20_000 }, (_, i) => `${TOPIC}-${i}`);
    const all = topics.map((topic) => listen(subscriber, topic));
    await settle();
    const late = await open("c");
    for (const [i, topic] of topics.entries()) {
      if (i % 1_000 === 0) await settle();
      publisher.publish(topic, "early");
      late.publish(topic, "late");
    }
    await settle();
    expect(all.every(({ heard }) => heard.length === 2)).toBe(true);
    const sizes = hub.published.map(({ note }) => Buffer.byteLength(JSON.stringify(note)));
    expect(Math.max(...sizes)).toBeLessThan(MAX_RELAY_BYTES);
    expect(sent("topics").length).toBeGreaterThan(4);
  });

  it("is found out by the next announcement or beat when an announcement was lost", async () => {
    const [publisher, subscriber] = [await open("a"), await open("b")];
    const { heard } = listen(subscriber, "room.first");
    await settle();
    hub.loses = ({ note }) => note.kind === "topics";
    const lost = listen(subscriber);
    await settle();
    hub.loses = () => false;
    await publish(publisher, "too early");
    const next = listen(subscriber, "room.next");
    await settle();
    for (const topic of ["room.first", TOPIC, "room.next"]) await publish(publisher, 1, topic);
    expect([heard, lost.heard, next.heard]).toEqual([[1], [1], [1]]);

    hub.loses = ({ note }) => note.kind === "topics";
    const last = listen(subscriber, "room.last");
    await settle();
    hub.loses = () => false;
    await vi.advanceTimersByTimeAsync(10_000);
    await publish(publisher, 1, "room.last");
    expect(last.heard).toEqual([1]);
  });

  it.each<[string, (note: RelayNote) => boolean]>([
    ["its answer was lost", ({ kind }) => kind === "topics"],
    ["the question was lost", ({ kind }) => kind === "ask"],
    ["a part of its answer was lost", (note) => note.kind === "topics" && note.after !== null],
  ])("is asked again when %s", async (_, isLost) => {
    const subscriber = await open("b");
    const topics = Array.from({ length: 20_000 }, (_, i) => `${TOPIC}-${i}`);
    const all = topics.map((topic) => listen(subscriber, topic));
    await settle();
    hub.loses = ({ note }) => isLost(note);
    const publisher = await open("a");
    await vi.advanceTimersByTimeAsync(10_000);
    hub.loses = () => false;
    await vi.advanceTimersByTimeAsync(10_000);
    for (const topic of topics) publisher.publish(topic, 1);
    await settle();
    expect(all.every(({ heard }) => heard.length === 1)).toBe(true);
  });

  it("gets what piled up in notes that the relay carries, in order", async () => {
    const [publisher, subscriber] = [await open("a"), await open("b")];
    const { heard } = listen(subscriber);
    await settle();
    const payloads = Array.from({ length: 200 }, (_, i) => `${i} ${"x".repeat(10_000)}`);
    for (const payload of payloads) publisher.publish(TOPIC, payload);
    await settle();
    expect(heard).toEqual(payloads);
    const sizes = hub.published.map(({ note }) => Buffer.byteLength(JSON.stringify(note)));
    expect(Math.max(...sizes)).toBeLessThan(MAX_RELAY_BYTES);
    expect(sent("messages").length).toBeLessThan(20);
  });

  it("is no longer a node that the relay does not know any more, from the first message on", async () => {
    const [publisher, subscriber] = [await open("a"), await open("b")];
    listen(subscriber);
    await settle();
    hub.kill("b", { leaseExpired: true });
    for (let i = 0; i < 5; i += 1) await publish(publisher, i);
    expect(sent("messages")).toHaveLength(1);
  });

  it("is no longer a killed node whose beats stopped, and is the one that takes its place", async () => {
    const publisher = await open("a");
    const killed = await open("b");
    const { heard } = listen(killed);
    await settle();
    hub.kill("b", { leaseExpired: false });
    hub.loses = ({ note }) => note.from === "b";
    const successor = listen(await open("b-again"));
    await settle();
    await publish(publisher, 1);
    await vi.advanceTimersByTimeAsync(45_000);
    await publish(publisher, 2);
    expect(heard).toEqual([]);
    expect(successor.heard).toEqual([1, 2]);
    expect(sent("messages").filter(({ topic }) => topic === "node.b")).toHaveLength(1);
  });

  it("is still a node that listens for long without saying anything new", async () => {
    const [publisher, subscriber] = [await open("a"), await open("b")];
    const { heard } = listen(subscriber);
    await vi.advanceTimersByTimeAsync(300_000);
    await publish(publisher, 1);
    expect(heard).toEqual([1]);
    expect(sent("topics")).toHaveLength(1);
  });

  it("is everybody again after a node was taken for dead, in both directions", async () => {
    const [one, other] = [await open("a"), await open("b")];
    const [here, there] = [listen(one, "room.here"), listen(other, "room.there")];
    await settle();
    hub.loses = () => true;
    const [hereToo, thereToo] = [listen(one, "room.here-too"), listen(other, "room.there-too")];
    await settle();
    hub.loses = () => false;
    hub.recover("a");
    await settle();
    for (const topic of ["room.there", "room.there-too"]) await publish(one, 1, topic);
    for (const topic of ["room.here", "room.here-too"]) await publish(other, 1, topic);
    const heard = [here, there, hereToo, thereToo].map((subscriber) => subscriber.heard);
    expect(heard).toEqual([[1], [1], [1], [1]]);
  });

  it("is told nothing more by a node that closed", async () => {
    const closing = await open("a");
    const { stop } = listen(closing);
    await settle();
    stop();
    await closing.close();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(hub.published.map(({ note }) => note.kind)).toEqual(["ask", "topics"]);
  });

  it("hears a repeated batch once", async () => {
    const { heard } = listen(await open("b"));
    const relay = hub.open("a");
    const note: RelayNote = { from: "a", kind: "messages", batch: 1, messages: [[TOPIC, "1"]] };
    await relay.publish("node.b", note);
    await relay.publish("node.b", note);
    await settle();
    expect(heard).toEqual([1]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../support/slack/world.ts";
import { type DoorStage, openDoorStage } from "./door-stage.ts";
import { type Engine, openEngine } from "./open-engine.ts";

/** What stands in place of a field; undefined takes it away. */
const ODD = [undefined, null, 7, "<!channel>\0\ud800", [null], { id: null }];
const KEY = /^slack:T\w+\.[A-Z]\w+(?::\d+\.\d+)?$/;

const KEPT = `select r.key, m.external_id as id, m.text, p.external_id as person, p.name
  from message m join room r on r.id = m.room_id join person p on p.id = m.person_id
  where m.deleted_at is null`;

describe("a request of Slack with a malformed field", () => {
  let stage: DoorStage;
  let engine: Engine;
  let bodies: Map<string, Json>;

  beforeAll(async () => {
    stage = await openDoorStage({ mode: "http" });
    engine = await openEngine();
    const { double } = stage;
    const file = { name: "plan.txt", content: "…" };
    const said = double.say({ channel: "general", user: "ana", text: "hi", mention: true });
    double.say({ channel: "dm", user: "ana", text: "look", files: [file] });
    double.say({ channel: "general", user: "ben", byBot: "ci", text: "done" });
    await double.settled();
    double.edit({ ...said, text: "hello" });
    double.react({ ...said, user: "ben", name: "+1" });
    await double.settled();
    double.remove(said);
    await double.settled();
    const events = double.deliveries.map(({ body }) => body);
    const toName = ({ event }: Json) =>
      Object.keys(event as Json)
        .sort()
        .join();
    bodies = new Map(events.map((body) => [toName(body), body]));
  });
  afterAll(async () => {
    await stage.close();
    await engine.close();
  });

  /** All that a body becomes with one field of it made odd. */
  function* spoil(value: unknown): Generator {
    for (const odd of ODD) yield odd;
    if (typeof value !== "object" || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      for (const spoilt of spoil(part)) {
        yield Array.isArray(value) ? value.with(Number(key), spoilt) : { ...value, [key]: spoilt };
      }
    }
  }

  it("is acknowledged or refused for good, and what is kept of it is sound", async () => {
    await stage.open(engine.openIngress());
    const direct = stage.double.deliverTo(stage.requestUrl());
    const statuses = new Set<number>();
    let number = 0;
    expect(bodies.size).toBeGreaterThan(6);
    for (const body of bodies.values()) {
      for (const spoilt of spoil(body)) {
        // As of another message, where it is one: what is stored already would not be read.
        const json = (JSON.stringify(spoilt) ?? "").replaceAll(
          /"(\d{10}\.)\d{6}"/g,
          (_ts, second) => {
            number += 1;
            return `"${second}${String(number).padStart(6, "0")}"`;
          },
        );
        statuses.add((await direct.sendRaw({ body: json })).status);
      }
    }
    expect(statuses).toEqual(new Set([200, 400]));
    const kept = await engine.sql.rows<Record<"key" | "id" | "text" | "person" | "name", string>>(
      { name: "kept", text: KEPT },
      [],
    );
    expect(kept.length).toBeGreaterThan(100);
    for (const { key, id, text, person, name } of kept) {
      expect(key).toMatch(KEY);
      expect(id).toMatch(/^\d+\.\d+$/);
      expect(person).toMatch(/^[A-Z]\w+$/);
      expect([text, name].filter((words) => words.trim() === "")).toEqual([]);
    }
  });
});

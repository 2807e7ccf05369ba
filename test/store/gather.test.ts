import { describe, expect, it } from "vitest";
import { gatherStatements } from "../../src/store/gather.ts";
import { type Sql, statement } from "../../src/store/sql.ts";
import { pause, untilPasses } from "../support/until.ts";

const DOUBLE = statement("double", "a list of numbers, each doubled");

/** A database that answers one statement after the other, and refuses lists with a `bad` number. */
function createFake() {
  const sent: number[][] = [];
  const answers: (() => void)[] = [];
  const rows: Sql["rows"] = async (_, [numbers]) => {
    const list = numbers as number[];
    sent.push(list);
    await new Promise<void>((resolve) => answers.push(resolve));
    if (list.includes(13)) throw Object.assign(new Error("unlucky"), { code: "23514" });
    if (list.includes(99)) throw Object.assign(new Error("gone"), { code: "57P01" });
    return list.flatMap((value, index) =>
      value === 0 ? [] : [{ position: String(index + 1), value: value * 2 }],
    ) as never;
  };
  const answer = async () => {
    for (let round = 0; round < 50; round++) {
      answers.splice(0).forEach((resolve) => resolve());
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { sent, answer, gathered: gatherStatements(rows) };
}

const toValue = (rows: { value: number }[]) => rows.map(({ value }) => value);

describe("statements asked for at the same moment", () => {
  it("leave together, and everyone gets their own rows", async () => {
    const { sent, answer, gathered } = createFake();
    const asked = [1, 2, 0, 4].map((value) => gathered<{ value: number }>(DOUBLE, [value]));
    await answer();
    expect((await Promise.all(asked)).map(toValue)).toEqual([[2], [4], [], [8]]);
    expect(sent).toEqual([[1], [2, 0, 4]]);
  });

  it("are at most sixteen in one, four under way at once", async () => {
    const { sent, answer, gathered } = createFake();
    const asked = Array.from({ length: 100 }, (_, value) =>
      gathered<{ value: number }>(DOUBLE, [value + 200]),
    );
    const areFour = () => expect(sent.map((list) => list.length)).toEqual([1, 16, 16, 16]);
    await untilPasses(areFour);
    await pause(20);
    areFour();
    await answer();
    expect((await Promise.all(asked)).flatMap(toValue)).toEqual(
      Array.from({ length: 100 }, (_, value) => 2 * (value + 200)),
    );
    expect(Math.max(...sent.map((list) => list.length))).toBe(16);
  });

  it("fail alone: one that the database refuses takes no other with it", async () => {
    const { answer, gathered } = createFake();
    const asked = [1, 2, 13, 4].map((value) => gathered<{ value: number }>(DOUBLE, [value]));
    const settled = Promise.allSettled(asked);
    await answer();
    expect((await settled).map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });

  it("are never sent again where nobody knows whether the database kept them", async () => {
    const { sent, answer, gathered } = createFake();
    const settled = Promise.allSettled([1, 2, 99].map((value) => gathered(DOUBLE, [value])));
    await answer();
    expect((await settled).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    expect(sent).toEqual([[1], [2, 99]]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Feedback } from "../../src/turns/feedback/feedback.ts";
import { forgetClicks, pressFeedback } from "../../src/turns/feedback/press-feedback.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("a press of 👍 or 👎, on $name", (size) => {
  let app: TestApp;
  let clicks = 0;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.work();
  });
  afterAll(() => app.close());

  async function answered() {
    const roomKey = `console:press-${clicks++}`;
    const turn = await app.ask(roomKey.slice("console:".length), "Ana", "hello");
    const { workspaceId } = await app.control.directory.room(roomKey);
    const personId = await app.control.directory.person(workspaceId, "ben", "Ben");
    const [reply] = await app.db
      .em()
      .execute<{ id: string }[]>("select external_id as id from message where turn_id = ?", [
        turn.id,
      ]);
    const press = (verdict: "good" | "bad", clickId = `click-${clicks++}`) =>
      pressFeedback(
        app.control,
        { roomKey, externalId: reply?.id ?? "" },
        {
          clickId,
          personId,
          verdict,
        },
      );
    const holds = async () => {
      const found = await app.db.em().findOne(Feedback, { turn: turn.id, withdrawnAt: null });
      return found?.verdict;
    };
    return { press, holds };
  }

  it("gives the verdict, changes it, and takes it back when pressed again", async () => {
    const { press, holds } = await answered();
    expect(await press("good")).toBe("good");
    expect(await holds()).toBe("good");
    expect(await press("bad")).toBe("bad");
    expect(await holds()).toBe("bad");
    expect(await press("bad")).toBe("none");
    expect(await holds()).toBeUndefined();
    expect(await press("bad")).toBe("bad");
    expect(await holds()).toBe("bad");
  });

  it("counts once however often it arrives, also when another came in between", async () => {
    const { press, holds } = await answered();
    for (let i = 0; i < 3; i++) expect(await press("good", "same-click")).toBe("good");
    expect(await holds()).toBe("good");
    await press("bad");
    await press("good", "same-click");
    expect(await holds()).toBe("bad");
  });

  it("counts once when it arrives twice at the same moment", async () => {
    const { press, holds } = await answered();
    await press("good");
    const twins = await Promise.all([press("good", "twin"), press("good", "twin")]);
    expect(twins).toEqual(["none", "none"]);
    expect(await holds()).toBeUndefined();
  });

  it("counts though the process died before it was recorded", async () => {
    const { press, holds } = await answered();
    app.sql.hook((name, when) => {
      if (name === "settle_feedback_click" && when === "after") throw new Error("crash");
    });
    await expect(press("good", "broken")).rejects.toThrow("crash");
    app.sql.hook(undefined);
    expect(await holds()).toBeUndefined();
    await press("good", "broken");
    expect(await holds()).toBe("good");
  });

  it("on something else than an answer is told so", async () => {
    const { press } = await answered();
    expect(await press("good")).toBe("good");
    const gone = pressFeedback(
      app.control,
      { roomKey: "console:nowhere", externalId: "x" },
      {
        clickId: "elsewhere",
        personId: "00000000-0000-7000-8000-000000000000",
        verdict: "good",
      },
    );
    expect(await gone).toBeUndefined();
  });

  it("is forgotten after a day, when no platform sends it again", async () => {
    const count = async () => {
      const [row] = await app.db
        .em()
        .execute<{ n: number }[]>("select count(*)::int as n from click");
      return row?.n ?? -1;
    };
    await forgetClicks(app.control);
    expect(await count()).toBeGreaterThan(0);
    app.clock.advance(25 * 3_600_000);
    await forgetClicks(app.control);
    expect(await count()).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../support/seeded-random.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { rateAnswer } from "../../../src/turns/feedback/rate-answer.ts";
import { testSizes } from "../../support/test-database.ts";

const AGENTS = ["north", "east", "south", "west"];
const ROUNDS = 5;

describe.each(await testSizes())("judging turns while others end together, on $name", (size) => {
  let app: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
    other = await app.join();
    await Promise.all([app.work(), other.work()]);
    for (const slug of AGENTS) await app.addAgent({ slug });
  });
  afterAll(() => app.close());

  it("no judgement fails, and every counter is the count of its turns", async () => {
    const random = seededRandom(7);
    const ended: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const verdicts = ended.flatMap((id) =>
        ["Ben", "Cem"].map((name) => {
          const verdict = (["good", "bad", null] as const)[Math.floor(random() * 3)] ?? null;
          const person = { externalId: name.toLowerCase(), name };
          return rateAnswer((random() < 0.5 ? app : other).control, id, { person, verdict });
        }),
      );
      const asked = AGENTS.flatMap((slug) =>
        ["one", "two"].map((room) =>
          app.ask(`${slug}-${room}`, "Ana", `@${slug} task ${round} of room ${room}`),
        ),
      );
      const [turns] = await Promise.all([Promise.all(asked), Promise.all(verdicts)]);
      ended.push(...turns.map(({ id }) => id));
    }
    const [counted] = await app.db.em().execute<object[]>(
      `select
         (select count(*) from turn where succeeded is not null)::int as tasks,
         (select count(*) from turn where succeeded)::int as successes,
         (select count(*) from turn t where succeeded = exists (
            select from feedback f where f.turn_id = t.id and verdict = 'bad' and withdrawn_at is null))::int as wrong,
         (select sum(tasks_completed) from agent_statistics)::int as "agentTasks",
         (select sum(tasks_succeeded) from agent_statistics)::int as "agentSuccesses",
         (select sum(uses) from behavior_statistics)::int as uses,
         (select sum(successes) from behavior_statistics)::int as "useSuccesses"`,
    );
    const { successes } = counted as { successes: number };
    const tasks = AGENTS.length * 2 * ROUNDS;
    expect(counted).toEqual({
      tasks,
      successes,
      wrong: 0,
      agentTasks: tasks,
      agentSuccesses: successes,
      uses: tasks,
      useSuccesses: successes,
    });
    expect(successes).toBeLessThan(tasks);
  });
});

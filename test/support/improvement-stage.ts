import { afterAll } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { sweepImprovements } from "../../src/behaviors/improvement/sweep-improvements.ts";
import { openControlPlane } from "./control-plane.ts";
import { tone } from "./scripts.ts";
import { openTestApp, type TestApp } from "./test-app.ts";

export const HOURS = 3_600_000;

export type ReadImprovement = {
  id: string;
  status: string;
  fromBehavior: string | null;
  toBehavior: string;
  notes: string | null;
};

export type ImprovementStage = Awaited<ReturnType<typeof openImprovementStage>>;

/** The stage of a whole test file. Call it at the top of the file. */
export async function shareImprovementStage(): Promise<ImprovementStage> {
  const stage = await openImprovementStage();
  afterAll(() => stage.app.close());
  return stage;
}

/** Two processes on one database, and agents that do badly on purpose. */
export async function openImprovementStage() {
  const app = await openTestApp();
  const other = await app.join();
  const door = openControlPlane(app.control);

  /** Tasks of an agent in its present assignment, as `finish_turn` counts them. */
  async function tally(slug: string, uses: number, successes: number) {
    await app.db.em().execute(
      `with present as (
         select a.id, a.assignment_id, coalesce(own.current_revision_id, (
           select b.current_revision_id from behavior b where b.role = a.role and b.status = 'active'
           order by b.name limit 1)) as revision_id
         from agent a left join behavior own on own.id = a.behavior_id where a.slug = ?
       ), counted as (
         update agent_statistics s set tasks_completed = tasks_completed + ?::int,
           tasks_succeeded = tasks_succeeded + ?::int from present where s.agent_id = present.id
       )
       insert into behavior_statistics as s
         (id, agent_id, revision_id, assignment_id, uses, successes, last_used_at)
       select gen_random_uuid(), id, revision_id, assignment_id, ?, ?, now() from present
       on conflict (agent_id, revision_id, assignment_id, bucket) do update set
         uses = s.uses + excluded.uses, successes = s.successes + excluded.successes`,
      [slug, uses, successes, uses, successes],
    );
  }

  /** A role with a poor and a good behavior, an agent that proves the good one, and one that has the poor. */
  async function weakAgent(role: string, policy?: "OFF" | "SUGGEST" | "AUTO") {
    for (const kind of ["poor", "good"]) {
      await door.ask(
        `mutation($script: String!) { createBehavior(input: { name: "${role}_${kind}", role: "${role}", draft: true, script: $script }) { name } }`,
        { script: tone(kind) },
      );
    }
    await app.addAgent({ slug: `${role}-star`, role });
    await assign(`${role}-star`, `${role}_good`);
    await tally(`${role}-star`, 100, 95);
    await app.addAgent({ slug: role, role });
    await assign(role, `${role}_poor`);
    if (policy) await setPolicy(role, policy);
    app.clock.advance(25 * HOURS);
    await tally(role, 20, 8);
    return role;
  }
  const assign = (agent: string, behavior: string) =>
    door.ask(`mutation { assignBehavior(agent: "${agent}", behavior: "${behavior}") { slug } }`);
  const setPolicy = (slug: string, policy: string) =>
    door.ask(
      `mutation { updateAgent(slug: "${slug}", input: { improvementPolicy: ${policy} }) { slug } }`,
    );
  const sweep = (of: TestApp = app) =>
    sweepImprovements({ em: of.db.em, queue: of.queue, clock: app.clock, log: silentLog });
  const listed = async (slug: string) =>
    (
      await door.ask<{ improvements: ReadImprovement[] }>(
        `{ improvements(agent: "${slug}") { id status fromBehavior toBehavior notes } }`,
      )
    ).improvements;
  const behaviorOf = async (slug: string) =>
    (
      await door.ask<{ agent: { behavior: { name: string } | null } }>(
        `{ agent(slug: "${slug}") { behavior { name } } }`,
      )
    ).agent.behavior?.name;
  const approve = (id: string) =>
    door.ask<{ approveImprovement: object }>(
      `mutation { approveImprovement(id: "${id}") { status decidedBy } }`,
    );

  return { app, other, door, tally, weakAgent, assign, sweep, listed, behaviorOf, approve };
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { newId } from "../../src/base/ids.ts";
import { Agent } from "../../src/agents/agent.ts";
import { BehaviorAssignment } from "../../src/behaviors/assignments/behavior-assignment.ts";
import { databaseSchema } from "../../src/database-schema.ts";
import { openPglite } from "../../src/store/open-pglite.ts";

const folder = mkdtempSync(join(tmpdir(), "troupe-registry-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("agents that had a behavior before there was a history get its first entry", async () => {
  const { entities, migrations } = databaseSchema;
  const before = migrations.filter(({ name }) => name < "0003");
  const old = await openPglite(folder, { entities, migrations: before });
  const [behavior, agent, free] = [newId(), newId(), newId()];
  const insertAgent = `insert into agent (id, slug, name, role, system_prompt, created_by, behavior_id, behavior_assigned_at, created_at, updated_at)
    values (?, ?, 'A', 'r', 'p', 'ola', ?, ?, '2026-01-01', '2026-01-01')`;
  const em = old.em();
  await em.execute(
    `insert into behavior (id, name, role, created_at, updated_at) values (?, 'kind', 'r', now(), now())`,
    [behavior],
  );
  await em.execute(insertAgent, [agent, "had", behavior, "2026-02-01T00:00:00Z"]);
  await em.execute(insertAgent, [free, "had-none", null, null]);
  await old.close();

  const db = await openPglite(folder, databaseSchema);
  const history = await db.em().find(BehaviorAssignment, {});
  expect(history).toMatchObject([
    {
      agent: { id: agent },
      behavior: { id: behavior },
      behaviorName: "kind",
      assignedBy: "ola",
      reason: "manual",
      assignedAt: new Date("2026-02-01T00:00:00Z"),
      unassignedAt: null,
    },
  ]);
  const { assignmentId } = await db.em().findOneOrFail(Agent, { slug: "had" });
  expect(assignmentId).toBe(history[0]?.id);
  await db.close();
});

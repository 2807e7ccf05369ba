import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { openTestServer, type TestServer, TOKEN } from "../support/test-server.ts";

const folder = mkdtempSync(join(tmpdir(), "troupe-registry-"));
let app: TestApp;
let server: TestServer;
beforeAll(async () => {
  app = await openTestApp();
  server = await openTestServer(app);
});
afterAll(async () => {
  await server.close();
  await app.close();
  rmSync(folder, { recursive: true });
});

const troupe = (...args: string[]) =>
  runCli([...args, "--url", server.url], { env: { TROUPE_ADMIN_TOKEN: TOKEN } });
const out = async (...args: string[]) => {
  const { stdout, stderr } = await troupe(...args);
  return stdout + stderr;
};
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe("the registry on the command line", () => {
  it("imports, lists, shows, compares and rolls back behaviors", async () => {
    const path = file("calm.lua", `-- @role generalist\n-- @status draft\n${tone("calm")}`);
    file("calm.test.json", `[{ "name": "tone", "expect": { "personality": { "tone": "calm" } } }]`);
    expect(await out("behaviors", "import", path)).toBe("calm r1  created\n");
    expect(await out("behaviors", "import", path)).toBe("calm r1  unchanged\n");
    file("calm.lua", tone("wild"));
    expect(await out("behaviors", "import", path)).toMatch(/^troupe: .*fails 1 of its 1 tests/);
    expect(await out("behaviors", "import", path, "--force")).toBe("calm r2  changed\n");
    expect(await out("behaviors", "list", "--role", "generalist")).toMatch(
      /^calm +generalist +draft +r2 +0 +100%$/m,
    );
    expect(await out("behaviors", "show", "calm")).toMatch(/^tests +0 of 1 pass$/m);
    expect(await out("behaviors", "test", "--stored", "calm")).toMatch(/^FAILED {2}calm: 0 of 1/);
    expect(await out("behaviors", "diff", "calm", "1", "2")).toContain(`+${tone("wild")}`);
    expect(await out("behaviors", "rollback", "calm", "1")).toBe("calm  r1\n");
    expect(await out("behaviors", "show", "calm")).toMatch(/^r1 \(current\) +admin /m);
    expect(await out("behaviors", "rollback", "calm", "nine")).toMatch(/no revision number/);
    expect(await out("behaviors", "show", "nobody")).toBe("troupe: There is no behavior nobody.\n");
  });

  it("assigns a behavior, tells the history, and takes it away", async () => {
    expect(await out("agents", "assign", "sage", "calm", "--reason", "performance")).toBe(
      "@sage  calm r1\n",
    );
    expect(await out("agents", "assign", "sage", "--none", "--notes", "too calm")).toBe(
      "@sage  that of its role\n",
    );
    expect(await out("agents", "history", "sage")).toMatch(
      /^calm +\S+ \S+ +\S+ \S+ +admin +performance +0 +100% +too calm$/m,
    );
    expect(await out("agents", "assign", "sage")).toMatch(/Name a behavior, or give --none/);
    expect(await out("agents", "assign", "sage", "nothing")).toMatch(/no behavior "nothing"/);
  });

  it("finds underperforming agents and improves them", async () => {
    await app.addAgent({ slug: "weak" });
    await app.addAgent({ slug: "strong" });
    await out("agents", "assign", "strong", "calm");
    await app.db.em().execute(
      `with counted as (
         insert into behavior_statistics (id, agent_id, revision_id, assignment_id, uses, successes, last_used_at)
         select gen_random_uuid(), a.id, b.current_revision_id, a.assignment_id, 40,
           case a.slug when 'strong' then 39 else 4 end, now()
         from agent a left join behavior b on b.id = a.behavior_id where a.slug in ('weak', 'strong')
         returning agent_id, uses, successes)
       update agent_statistics s set tasks_completed = uses, tasks_succeeded = successes
       from counted where counted.agent_id = s.agent_id`,
    );
    expect(await out("agents", "underperforming")).toMatch(/^weak +generalist .* 40 +10% +0$/m);
    expect(await out("agents", "underperforming", "--threshold", "0.05")).toBe(
      "No agent underperforms.\n",
    );
    expect(await out("agents", "underperforming", "--threshold", "70")).toMatch(/from 0 to 1/);
    expect(await out("agents", "improve", "strong")).toMatch(/succeeded in 39 of 40 tasks/);
    const improved = await out("agents", "improve", "weak");
    expect(improved).toMatch(/@weak +suggested +none \(10% of 40\) +calm \(98% of 40\)/);
    const id = /^([0-9a-f-]{36}) /m.exec(improved)?.[1] ?? "";
    expect(await out("agents", "improvements", "weak", "--status", "suggested")).toContain(id);
    expect(await out("agents", "approve", id)).toMatch(/@weak +watched/);
    expect(await out("agents", "dismiss", id)).toMatch(
      /^troupe: The improvement is in force already/,
    );
    expect(await out("agents", "history", "weak")).toMatch(/^calm .* automatic_improvement /m);
    expect(await out("agents", "policy", "weak", "auto")).toBe("@weak  auto\n");
    expect(await out("agents", "policy", "weak", "role")).toBe("@weak  that of its role\n");
  });

  it("exports what it can import again", async () => {
    const target = join(folder, "out");
    await out("behaviors", "export", "--to", target);
    await out("agents", "export", "--to", target);
    const names = readdirSync(target).sort();
    expect(names).toEqual([
      "calm.lua",
      "calm.test.json",
      "roles.json",
      "sage.json",
      "strong.json",
      "weak.json",
    ]);
    const paths = names.map((name) => join(target, name));
    const before = paths.map((path) => readFileSync(path, "utf8"));
    const jsons = paths.filter((path) => path.endsWith(".json") && !path.endsWith(".test.json"));
    expect(await out("agents", "import", ...jsons)).not.toMatch(/created|changed(?<!unchanged)/);
    expect(await out("behaviors", "import", join(target, "calm.lua"))).toMatch(/unchanged/);
    await out("behaviors", "export", "calm", "--to", target);
    await out("agents", "export", "--to", target);
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(before);
    expect(await out("agents", "export", "nobody", "--to", target)).toMatch(/no agent nobody/);
    expect(await out("agents", "import", join(target, "missing.json"))).toMatch(/Cannot read/);
  });
});

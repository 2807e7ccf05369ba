import { beforeAll, describe, expect, it } from "vitest";
import { askGraphql, readTurn, sendMessage } from "../support/graphql-client.ts";
import { runCli } from "../support/run-cli.ts";
import { tone } from "../support/scripts.ts";
import { until } from "../support/until.ts";
import { openRunningTroupe } from "../support/running-troupe.ts";

const { url } = await openRunningTroupe();
beforeAll(async () => {
  for (const name of ["friendly", "formal"]) {
    await askGraphql(
      url,
      `mutation ($script: String!) { createBehavior(input: { name: "${name}", role: "code_developer", script: $script }) { name } }`,
      { script: tone(name) },
    );
  }
});

const troupe = (...args: string[]) => runCli(["experiments", ...args, "--url", url]);

describe("troupe experiments", () => {
  it("A/B testing example: creates, starts, shows and promotes", async () => {
    expect((await troupe("list")).stdout).toBe("There are no experiments yet.\n");
    const options =
      "--role code_developer --unit use --ramp-up none --guardrail errors=0.1 cost=0.5";
    const created = await troupe("create", "tone", "friendly", "formal=1", ...options.split(" "));
    expect(created.stdout).toBe(
      `tone: draft, role code_developer, by use, policy suggest, allocation fixed
Not started: it will compare friendly and formal for the role code_developer.

ARM       UNITS  USES  SUCCESS %  DIFFERENCE  INTERVAL         P      RESULT   ERRORS %  MS  COST  GOOD  BAD
friendly  0      0                                                    control
formal    0      0                0.0         −100.0 to 100.0  1.000  too-few

Start it with: troupe experiments start tone
`,
    );
    expect((await troupe("start", "tone")).stdout).toMatch(
      /^tone: running, .*\nToo early to compare/,
    );

    const input = { room: "console:review", person: "ana", text: "@rex is this fine?" };
    const { turnIds } = await sendMessage(url, input);
    await until(async () => (await readTurn(url, turnIds[0] ?? "")).status === "DONE");
    const shown = (await troupe("show", "tone")).stdout;
    expect(shown).toMatch(/^(friendly|formal) +1 +1 +100\.0 .* 0\.0 +\d+ +\$0\.00 +0 +0$/m);

    expect((await troupe("weights", "tone", "formal=3", "friendly=2")).code).toBe(0);
    const early = await troupe("promote", "tone");
    expect(early.code).toBe(1);
    expect(early.stderr).toMatch(/^troupe: There is no winner to promote\. Too early to compare/);
    expect((await troupe("promote", "tone", "--arm", "formal")).stdout).toMatch(
      /^tone: concluded, .*\nformal was promoted on \d{4}-\d\d-\d\d; now formal has too few uses/,
    );
    const agents = await askGraphql<{ agent: object }>(
      url,
      `{ agent(slug: "rex") { behavior { name } assignments(last: 1) { reason } } }`,
    );
    expect(agents.agent).toEqual({
      behavior: { name: "formal" },
      assignments: [{ reason: "A_B_TEST" }],
    });
    expect((await troupe("rollback", "tone")).stdout).toMatch(
      /\nformal was rolled back to friendly on .*: an operator decided so\.\n/,
    );
    expect((await troupe("list")).stdout).toMatch(
      /^tone +code_developer +stopped +formal was rolled/m,
    );
  });

  it("creates and starts in one go, stops an arm, and stops", async () => {
    const created = await troupe(
      "create",
      "one",
      "friendly",
      "formal",
      "--agent",
      "rex",
      "--start",
    );
    expect(created.stdout).toMatch(
      /^one: running, @rex, by person, policy suggest, allocation fixed\n/,
    );
    const stopped = await troupe("stop", "one", "--reason", "lunch");
    expect(stopped.stdout).toMatch(/; stopped on \d{4}-\d\d-\d\d: lunch\.\n/);
    await troupe("create", "two", "friendly", "formal", "--agent", "rex", "--start");
    expect((await troupe("stop-arm", "two", "formal", "--reason", "rude")).stdout).toMatch(
      /^two: stopped/,
    );
  });

  it("says what is wrong with a command", async () => {
    const wrong = [
      [["create", "x", "friendly"], /^troupe: The experiment cannot be stored: .*two behaviors/],
      [["create", "x", "friendly=a", "formal"], /^troupe: "a" is no number\.$/m],
      [["weights", "x", "formal"], /^troupe: "formal" must be written as name=number\.$/m],
      [["show", "nothing"], /^troupe: There is no experiment nothing\.$/m],
      [["create", "x", "friendly", "formal", "--role", "r", "--policy", "perhaps"], /perhaps/i],
    ] as const;
    const runs = await Promise.all(wrong.map(([args]) => troupe(...args)));
    for (const [at, { code, stderr }] of runs.entries()) {
      expect(stderr).toMatch(wrong[at]?.[1] ?? "");
      expect(code).toBe(1);
    }
  });
});

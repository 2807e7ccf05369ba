import { beforeAll, describe, expect, it } from "vitest";
import { askGraphql } from "../support/graphql-client.ts";
import { runCli } from "../support/run-cli.ts";
import { TEST_TOKEN } from "../support/troupe-process.ts";
import { openRunningTroupe } from "../support/running-troupe.ts";

const { url } = await openRunningTroupe();
beforeAll(async () => {
  // The built-in model is not sure of what no tool has told it; this behavior lets it ask.
  const input = { slug: "shy", name: "Shy", systemPrompt: "You help.", behavior: "first_day" };
  const create = "mutation ($input: CreateAgentInput!) { createAgent(input: $input) { slug } }";
  await askGraphql(url, create, { input }, TEST_TOKEN);
});

const cli = (args: string[], input?: string) =>
  runCli([...args, "--url", url], {
    env: { TROUPE_ADMIN_TOKEN: TEST_TOKEN },
    ...(input && { input }),
  });

describe("approvals on the command line", () => {
  it("are listed, approved and declined", async () => {
    expect((await cli(["approvals", "list"])).stdout).toBe("Nothing waits for a decision.\n");
    const sent = await cli(["send", "--room", "desk", "--as", "ana", "@shy hello"]);
    expect(sent.code).toBe(0);
    const id = /troupe approvals approve ([\w-]+)/.exec(sent.stdout)?.[1] ?? "";
    expect(sent.stdout).toMatch(
      /^Shy: \*\*May I post the answer I have drafted\?\*\* I am 30 % sure/,
    );

    const list = await cli(["approvals", "list"]);
    expect(list.stdout).toMatch(/^ID +STATUS +AGENT +ROOM +FOR +SURE +UNTIL +WHAT\n/);
    expect(list.stdout).toMatch(
      new RegExp(`^${id} +waiting +@shy +console:desk +ana +30% +..:..Z +post the answer`, "m"),
    );
    const approved = await cli(["approvals", "approve", id]);
    expect(approved.stdout).toBe("approved  post the answer I have drafted\n");
    const again = await cli(["approvals", "decline", id]);
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toMatch(/^troupe: .* has already approved this\.\n$/);
    const all = await cli(["approvals", "list", "--status", "all"]);
    expect(all.stdout).toContain("approved by ");
  });

  it("are answered in a conversation by /approve and /decline", async () => {
    const said = "@shy hello\n/questions\n/approve\n@shy and now?\n/decline\n/approve\n";
    const { stdout, stderr, code } = await cli(["chat", "--room", "talk", "--as", "ana"], said);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const told = stdout.split("\n").filter((line) => !/^$|^Shy: \*\*May I|^_ana or/.test(line));
    expect(told).toEqual([
      expect.stringMatching(/^> Shy here.*You said: "@shy hello"/),
      "/approve or /decline decides it.",
      "1  Shy: post the answer I have drafted",
      expect.stringMatching(/^Shy: .*You said: "@shy hello"/),
      expect.stringMatching(/^> Shy here.*You said: "@shy and now\?"/),
      "/approve or /decline decides it.",
      "Shy: ana declined the answer I had drafted, so I do not post it.",
      "Nothing in this room waits for a decision.",
    ]);
  });

  it("ask nobody where a tool has told the model", async () => {
    const { stdout } = await cli(["send", "--room", "sums", "--as", "ana", "@shy what is 6*7"]);
    expect(stdout).toMatch(/^Shy: .*The tool calculator answered: 42/);
    expect(stdout).not.toContain("<confidence>");
  });

  it("list who may decide, and change that", async () => {
    const approvers = (...args: string[]) =>
      cli(["approvals", "approvers", "console:desk", ...args]);
    const nobody = "Nobody is listed: only the one who asked decides.\n";
    expect((await approvers("--agent", "shy")).stdout).toBe(nobody);
    expect((await approvers("ben", "Cleo")).stdout).toBe("ben   ben\nCleo  cleo\n");
    expect((await approvers()).stdout).toBe("ben   ben\nCleo  cleo\n");
    expect((await approvers("--none")).stdout).toBe(nobody);
    expect((await approvers()).stdout).toBe(nobody);
    expect((await cli(["approvals", "approvers", "slack:T1.C1"])).stderr).toMatch(/no room/);
  });

  it("are refused to whoever did not ask and is not listed", async () => {
    const asked = await cli(["chat", "--room", "strict", "--as", "ana"], "@shy hello\n");
    expect(asked.stdout).toContain("May I post the answer");
    const { stdout } = await cli(["chat", "--room", "strict", "--as", "mallory"], "/approve\n");
    expect(stdout).toBe("Only ana can decide this.\n");
  });
});

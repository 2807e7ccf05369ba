import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askGraphql } from "../support/graphql-client.ts";
import { runCli } from "../support/run-cli.ts";
import { until } from "../support/until.ts";
import { startTroupe, type TroupeProcess } from "../support/troupe-process.ts";
import { createDataFolder } from "../support/data-folder.ts";

const folder = await createDataFolder();
// The token that the server generates is found in its data folder.
const env = { DATA_DIR: folder.path, TROUPE_ADMIN_TOKEN: "" };
let server: TroupeProcess;
let url = "";
beforeAll(async () => {
  server = startTroupe({ DATA_DIR: folder.path });
  url = await server.ready;
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

function troupe(...args: string[]) {
  const port = new URL(url).port;
  return runCli(args, { env: { ...env, PORT: port } });
}

describe("troupe", () => {
  it("lists its commands", async () => {
    const { stdout, code } = await runCli(["--help"]);
    for (const command of [
      "chat",
      "send",
      "agents",
      "turns",
      "behaviors",
      "experiments",
      "schema",
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    }
    expect(code).toBe(0);
  });

  it("explains what it cannot understand", async () => {
    const { stderr, stdout, code } = await runCli(["chat", "--bogus"]);
    expect(stderr).toMatch(/^error: unknown option '--bogus'\n/);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });

  it("prints the schema that is kept in schema.graphql", async () => {
    const { stdout } = await runCli(["schema"]);
    const path = fileURLToPath(new URL("../../schema.graphql", import.meta.url));
    const kept = readFileSync(path, "utf8");
    const advice = "The schema has changed: run `npm run --silent schema > schema.graphql`.";
    expect(stdout === kept ? "" : advice).toBe("");
  });

  it("runs behavior scripts, with the contract's example or a context of one's own", async () => {
    const script = join(folder.path, "mood.lua");
    const context = join(folder.path, "context.json");
    writeFileSync(script, "return { personality = { tone = context.role or context.mood } }");
    writeFileSync(context, '{ "mood": "sunny" }');
    const tones = [
      ["behaviors", "run", script],
      ["behaviors", "run", script, "--context", context],
    ];
    const runs = await Promise.all(tones.map((args) => runCli(args)));
    expect(runs.map(({ stdout }) => JSON.parse(stdout) as unknown)).toMatchObject([
      { outcome: "ok", config: { personality: { tone: "code_developer" } } },
      { outcome: "ok", config: { personality: { tone: "sunny" } } },
    ]);
    const broken = await runCli(["behaviors", "run", script, "--context", script]);
    expect(broken).toMatchObject({ code: 1, stdout: "" });
    expect(broken.stderr).toMatch(/^troupe: .*mood\.lua is not readable JSON/);
  });

  it("takes a verdict on an answer, and takes it back", async () => {
    type Sent = { sendMessage: { turns: { id: string }[] } };
    await troupe("send", "--room", "verdicts", "@sage what is the weather like");
    const { sendMessage } = await askGraphql<Sent>(
      url,
      `mutation { sendMessage(input: { room: "console:verdicts", person: "ana", text: "@sage and tomorrow" }) { turns { id } } }`,
      {},
      readFileSync(join(folder.path, "admin-token"), "utf8").trim(),
    );
    const id = sendMessage.turns[0]?.id ?? "";
    await until(async () => (await troupe("turns", "show", id)).stdout.includes("success   yes"));
    expect((await troupe("turns", "rate", id, "bad", "--as", "ben")).stdout).toBe("success: no\n");
    expect((await troupe("turns", "rate", id, "none", "--as", "ben")).stdout).toBe(
      "success: yes\n",
    );
    const wrong = await troupe("turns", "rate", id, "awful");
    expect(wrong.stderr).toBe("troupe: A verdict is good, bad or none, not awful.\n");
  });

  it("gives an agent a face and takes it away", async () => {
    const face = async () => (await troupe("agents", "show", "sage")).stdout;
    expect(await face()).toMatch(/^avatar +:owl:$/m);
    const picture = "https://example.com/sage.png";
    expect((await troupe("agents", "avatar", "sage", picture)).stdout).toBe(`@sage  ${picture}\n`);
    expect(await face()).toMatch(/^avatar +https:\/\/example\.com\/sage\.png$/m);
    expect((await troupe("agents", "avatar", "sage", "--none")).stdout).toMatch(/that of the app/);
    const bad = await troupe("agents", "avatar", "sage", "http://example.com/sage.png");
    expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining("https address") });
    for (const args of [[], [":owl:", "--none"]]) {
      const { stderr } = await troupe("agents", "avatar", "sage", ...args);
      expect(stderr).toMatch(/^troupe: Say which face/);
    }
  });

  it("lists, shows, pauses, resumes and stops agents", async () => {
    expect((await troupe("agents", "list")).stdout).toMatch(/^sage +Sage +generalist +active /m);
    expect((await troupe("agents", "pause", "rex")).stdout).toBe("@rex  paused\n");
    expect((await troupe("agents", "show", "rex")).stdout).toMatch(/^status +paused$/m);
    expect((await troupe("agents", "resume", "rex")).stdout).toBe("@rex  active\n");
    expect((await troupe("agents", "stop", "rex")).stdout).toBe("@rex  stopped\n");
    const { stderr, code } = await troupe("agents", "show", "nobody");
    expect({ stderr, code }).toEqual({ stderr: "troupe: There is no agent nobody.\n", code: 1 });
  });

  it("sends a message, waits for the answer and shows the turn's journal", async () => {
    const sent = await troupe("send", "--room", "shop", "--as", "ana", "@sage", "what is 6*7");
    expect(sent.stdout).toMatch(/^Sage: .*The tool calculator answered: 42/);
    const [turnId] = await turnsOf("console:shop");
    const { stdout } = await troupe("turns", "show", turnId ?? "");
    expect(stdout).toMatch(/^status +done$.*^agent +@sage$.*^cost +\$0\.00$/ms);
    expect(stdout).toMatch(/^behave .*^select .*^reply .*^tool +calculator +done .*^record /ms);
    expect(stdout).toContain("The tool calculator answered: 42");
  });

  it("fails where a message that is sent reaches nobody", async () => {
    await troupe("send", "--room", "crowd", "@sage @vera hi");
    const { stdout, stderr, code } = await troupe("send", "--room", "crowd", "anybody?");
    expect(stderr).toMatch(/^troupe: Nobody was addressed\. /);
    expect({ stdout, code }).toEqual({ stdout: "", code: 1 });
  });
});

async function turnsOf(key: string): Promise<string[]> {
  const token = readFileSync(join(folder.path, "admin-token"), "utf8").trim();
  const document = "query ($key: String!) { room(key: $key) { messages { turnId } } }";
  type Data = { room: { messages: { turnId: string | null }[] } };
  const { room } = await askGraphql<Data>(url, document, { key }, token);
  return room.messages.flatMap(({ turnId }) => turnId ?? []);
}

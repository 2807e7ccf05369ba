import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAgent } from "../../../src/agents/create-agent.ts";
import { createLuaSandbox } from "../../../src/lua/sandbox.ts";
import { openSlackPlatform } from "../../support/open-slack-platform.ts";
import { addBehavior } from "../../support/add-behavior.ts";
import { startSlackDouble, type SlackDouble } from "../../support/slack/slack-double.ts";
import type { Workspace } from "../../support/slack/world.ts";
import { until } from "../../support/until.ts";
import { EAGER, startDoor } from "./door-stage.ts";
import { type Engine, openEngine } from "./open-engine.ts";

describe("commands in Slack", () => {
  const resources = new AsyncDisposableStack();
  let double: SlackDouble;
  let workspace: Workspace;
  let engine: Engine;
  let channel = "";
  let channels = 0;

  beforeAll(async () => {
    double = await startSlackDouble({ retryDelaysMs: EAGER });
    resources.defer(() => double.close());
    workspace = double.addWorkspace({ people: ["ana", "ben", "نور 🌸", "root"], admins: ["root"] });
    engine = await openEngine();
    resources.defer(() => engine.close());
    await engine.startWorker([
      openSlackPlatform({ botToken: workspace.token, apiUrl: double.apiUrl }),
    ]);
    await addBehavior(
      { em: engine.em, sandbox: await createLuaSandbox() },
      {
        name: "friendly_code_reviewer",
        role: "nobody",
        script: `return { personality = { tone = "warm" } }`,
      },
    );
    const ben = [...workspace.people.values()].find(({ name }) => name === "ben")?.id;
    const operators = [`slack:${workspace.teamId}.${ben}`];
    // Two processes with the same token.
    for (const ingress of [engine.openIngress(), engine.openIngress()]) {
      const desk = engine.openDesk(operators);
      const door = await startDoor(double, workspace, { mode: "socket", ingress, desk });
      resources.defer(() => door.close());
    }
  });
  afterAll(() => resources.disposeAsync());
  beforeEach(() => {
    channel = `room-${channels++}`;
    double.addChannel(workspace, channel);
  });

  const told = (user: string) => double.ephemerals(channel, user).map(({ text }) => text);
  const said = () => double.appMessages(channel).map(({ text }) => text);

  /** Gives a command and waits for what the person or the channel is told. */
  async function command(user: string, line: string): Promise<string> {
    const before = [told(user).length, said().length];
    const [name = "", ...words] = line.split(" ");
    await double.command({ channel, user, command: name, text: words.join(" ") });
    await double.until(line, () => told(user).length + said().length > before[0]! + before[1]!);
    return (told(user).length > before[0]! ? told(user) : said()).at(-1) ?? "";
  }

  async function ask(user: string, text: string, thread?: string) {
    const { ts } = double.say({
      channel,
      user,
      text,
      mention: true,
      ...(thread !== undefined && { thread_ts: thread }),
    });
    await double.settled();
    await double.until("an answer", () =>
      double.appMessages(channel, thread ?? ts).some((message) => message.ts > ts),
    );
    await until(async () => (await open()) === 0);
    const answer = double.appMessages(channel, thread ?? ts).at(-1);
    return { thread: thread ?? ts, text: answer?.text ?? "" };
  }

  async function open(): Promise<number> {
    const text = "select count(*)::int as n from turn where finished_at is null";
    const [row] = await engine.sql.rows<{ n: number }>({ name: "slack_open_turns", text }, []);
    return row?.n ?? -1;
  }

  it("tell who is here before anybody has spoken, and bring others in", async () => {
    expect(await command("ana", "/agent list")).toContain("Sage");
    expect(await command("ana", "/agent info sage")).toContain("generalist");
    await createAgent(
      { em: engine.em() },
      { slug: "luna", name: "لونا 🌙", systemPrompt: "You are the moon." },
      { createdBy: "test" },
    );
    expect(await command("ana", "/agent invite lnua")).toContain("Did you mean luna?");
    expect(said()).toEqual([]);
    expect(await command("ana", "/troupe agent invite @luna")).toContain("لونا 🌙");
    expect(said()).toHaveLength(1);
    expect(await command("ana", "/agent list")).toContain("لونا 🌙");
    const { thread } = await ask("ana", "who are you?");
    expect(double.appMessages(channel, thread)[0]?.author.name).toBe("لونا 🌙");
    expect(await command("ana", "/agent leave لونا 🌙")).toContain("out of this room");
    expect(await command("ana", "/agent leave luna")).toContain("is not in this room");
  });

  it("switch a behavior for those who may, from the next answer on, in this channel", async () => {
    const before = await ask("ana", "hello");
    const refused = await command("ana", "/behavior switch friendly_code_reviewer");
    expect(refused).toContain("workspace admins and owners");
    expect(said()).toEqual([]);
    expect(await command("root", "/behavior switch frendly_code_reviewer")).toContain(
      "Did you mean",
    );
    const switched = await command("root", "/behavior switch friendly_code_reviewer sage");
    expect(switched).toContain("from the next answer on");
    expect(said()).toHaveLength(1);
    expect(await command("ana", "/behavior list")).toContain("switched in this room");
    const after = await ask("ana", "hello", before.thread);
    const behaviors = `select j.steps::text as steps from turn_journal j join turn t on t.id = j.turn_id
      order by t.seq desc limit 1`;
    const [row] = await engine.sql.rows<{ steps: string }>(
      { name: "slack_newest_steps", text: behaviors },
      [],
    );
    expect(row?.steps).toContain("friendly_code_reviewer");
    expect(after.thread).toBe(before.thread);
    expect(await command("ben", "/behavior reset")).toContain("in its own manner again");
    expect(await command("ben", "/behavior reset")).toContain("no behavior of this room's own");
  });

  it("offer a menu where the behavior is left out", async () => {
    await ask("ana", "hello");
    await command("root", "/behavior switch");
    const [offered] = double.ephemerals(channel, "root");
    const press = { channel, ts: offered?.ts ?? "", actionId: offered?.buttons[0]?.actionId ?? "" };
    await double.press({ ...press, user: "root", option: "friendly_code_reviewer" });
    await double.until("switched", () => said().length > 0);
    expect(said()[0]).toContain("friendly_code_reviewer");
  });

  it("judge the last answer that the person got", async () => {
    expect(await command("ana", "/feedback good")).toContain("Nobody has answered here yet");
    await ask("ana", "hello");
    await ask("ben", "and me?");
    expect(await command("ana", "/feedback good because it was kind")).toContain("counts as good");
    const text = `select f.verdict, f.reason, p.name, m.text from feedback f
      join person p on p.id = f.person_id join turn t on t.id = f.turn_id join message m on m.id = t.message_id`;
    const rows = await engine.sql.rows({ name: "slack_verdicts", text }, []);
    expect(rows).toMatchObject([
      {
        verdict: "good",
        reason: "because it was kind",
        name: "ana",
        text: expect.stringContaining("hello"),
      },
    ]);
  });

  it("tell what a room has cost, and that nothing limits it yet", async () => {
    expect(await command("ana", "/budget")).toContain("Nobody has answered here yet");
    await ask("ana", "hello");
    const cost = await command("ana", "/budget");
    const spent = "$0.00 in the last 24 hours, $0.00 in the last 30 days, $0.00 in all";
    expect(cost).toContain(`This room, with its threads: ${spent}`);
    expect(cost).toContain(`${spent}, for 1 answer`);
    expect(cost).toContain(`All of this workspace: ${spent}`);
    expect(cost).toContain("no budgets yet");
  });

  it("show and forget what is kept about a person, who alone sees it", async () => {
    await ask("نور 🌸", "my secret is a plum");
    expect(await command("نور 🌸", "/preferences style formal")).toContain("style formal");
    expect(await command("نور 🌸", "/preferences style loud")).toContain("none of friendly");
    expect(await command("نور 🌸", "/preferences timezone Mars/Base")).toContain("no time zone");
    const shown = await command("نور 🌸", "/memory show");
    expect(shown).toContain("formal");
    expect(shown).toContain("with their text: 1");
    expect(shown).toContain("nothing of other rooms");
    const forgotten = await command("نور 🌸", "/memory forget");
    expect(forgotten).toContain("the text and files of 1 message, 0 summaries");
    expect(forgotten).toContain("no answer that begins from here on reads them");
    expect(await command("نور 🌸", "/memory show")).toContain("with their text: 0");
    expect(said()).toEqual([]);
    expect(told("ana")).toEqual([]);
    const text =
      "select count(*)::int as n from message where text like '%plum%' and person_id is not null";
    expect(await engine.sql.rows({ name: "slack_plums", text }, [])).toEqual([{ n: 0 }]);
  });

  it("answer with help, in Slack's own shapes", async () => {
    expect(await command("ana", "/help")).toContain("/behavior switch [behavior] [agent]");
    expect(double.violations).toEqual([]);
  });
});

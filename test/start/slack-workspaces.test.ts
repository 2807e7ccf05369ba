import { describe, expect, it, onTestFinished } from "vitest";
import { askGraphql, isReady } from "../support/graphql-client.ts";
import { runCli } from "../support/run-cli.ts";
import { startSlackDouble } from "../support/slack/slack-double.ts";
import type { Workspace } from "../support/slack/world.ts";
import { requirePostgres } from "../support/services.ts";
import { startTroupe, TEST_TOKEN } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";
import { createDataFolder } from "../support/data-folder.ts";

const postgres = await requirePostgres();

async function openSlack() {
  const double = await startSlackDouble({ retryDelaysMs: [0, 100, 500] });
  onTestFinished(() => double.close());
  const env = {
    SLACK_CLIENT_ID: double.app.clientId,
    SLACK_CLIENT_SECRET: double.app.clientSecret,
    SLACK_SIGNING_SECRET: double.app.signingSecret,
    SLACK_API_URL: double.apiUrl,
    SLACK_AUTHORIZE_URL: double.authorizeUrl,
    TROUPE_ADMIN_TOKEN: TEST_TOKEN,
  };
  async function install(url: string, workspace: Workspace): Promise<number> {
    double.decideInstall({ teamId: workspace.teamId });
    const begun = await fetch(`${url}/slack/install`, { redirect: "manual" });
    const agreed = await fetch(begun.headers.get("location") ?? "", { redirect: "manual" });
    const cookie = begun.headers.get("set-cookie") ?? "";
    return (await fetch(agreed.headers.get("location") ?? "", { headers: { cookie } })).status;
  }
  async function isAnswered(workspace: Workspace, text: string): Promise<void> {
    const said = { team: workspace.teamId, channel: "general", user: "ana", mention: true, text };
    const { channel, ts } = double.say(said);
    await until(() => double.appMessages(channel, ts).length > 0);
    await double.settled();
    expect(double.appMessages(channel, ts)).toHaveLength(1);
  }
  const addWorkspace = (name: string) => double.addWorkspace({ name, installed: false });
  return { double, env, install, isAnswered, addWorkspace };
}

async function listWorkspaces(url: string): Promise<{ name: string; status: string }[]> {
  const query = "{ workspaces(platform: SLACK) { name status } }";
  type Data = { workspaces: { name: string; status: string }[] };
  return (await askGraphql<Data>(url, query)).workspaces;
}

describe("Troupe for many Slack workspaces", { timeout: 300_000 }, () => {
  it("in one process installs, answers, and answers again after kill -9", async () => {
    const { double, env, install, isAnswered, addWorkspace } = await openSlack();
    const folder = await createDataFolder();
    onTestFinished(() => folder.remove());
    const start = async () => {
      const troupe = startTroupe({ ...env, DATA_DIR: folder.path });
      onTestFinished(async () => void (await troupe.stop("SIGKILL")));
      const url = await troupe.ready;
      double.deliverTo(`${url}/slack/events`);
      return { troupe, url };
    };
    const first = await start();
    expect(first.troupe.stdout()).toContain(`install it at ${first.url}/slack/install`);
    const [acme, globex] = [addWorkspace("Acme"), addWorkspace("Globex")];
    expect([await install(first.url, acme), await install(first.url, globex)]).toEqual([200, 200]);
    await isAnswered(acme, "in Acme");
    await isAnswered(globex, "in Globex");
    await first.troupe.stop("SIGKILL");
    const { troupe, url } = await start();
    await isAnswered(acme, "after the crash");
    double.uninstall(globex);
    await until(async () => (await listWorkspaces(url)).some(({ status }) => status === "REVOKED"));
    expect(await listWorkspaces(url)).toEqual([
      { name: "Globex", status: "REVOKED" },
      { name: "Acme", status: "ACTIVE" },
    ]);
    const listed = await runCli(["workspaces", "list", "--url", url]);
    const [, globexRow, acmeRow = ""] = listed.stdout.split("\n").map((row) => row.trim());
    expect(globexRow).toMatch(/Globex +revoked +\d{4}-\d\d-\d\d +The app was removed/);
    const left = await runCli([
      "workspaces",
      "disconnect",
      acmeRow.split(" ")[0] ?? "",
      "--url",
      url,
    ]);
    expect(left.stdout).toMatch(/Acme +revoked .*Disconnected by admin\./);
    expect(acme.installed).toBe(false);
    const output = [first.troupe, troupe].map((each) => each.stdout() + each.stderr()).join("");
    expect(output).toContain("workspace is revoked and not served any more");
    expect(output).not.toMatch(/xoxb-|in Acme/);
  });

  it.skipIf(!postgres)("in several processes uses the newest token in each of them", async () => {
    const { double, env, install, isAnswered, addWorkspace } = await openSlack();
    const database = await postgres?.createDatabase();
    const start = (role: string, more: Record<string, string> = {}) => {
      const TROUPE_SECRET_KEY = Buffer.alloc(32, 5).toString("base64");
      const shared = { ...env, DATABASE_URL: database?.url ?? "", TROUPE_SECRET_KEY, ...more };
      return startTroupe(shared, [`--roles=${role}`]);
    };
    const processes = [start("web"), start("worker", { HEALTH_PORT: "0" }), start("web")];
    onTestFinished(async () => {
      await Promise.all(processes.map((each) => each.stop("SIGKILL")));
      await database?.drop();
    });
    const [web = "", , other = ""] = await Promise.all(processes.map(({ ready }) => ready));
    const health = /"url":"(http[^"]+)","msg":"health and readiness"/.exec(
      processes[1]?.stderr() ?? "",
    );
    await until(() => isReady(health?.[1] ?? ""));

    double.deliverTo(`${web}/slack/events`);
    const acme = addWorkspace("Acme");
    await install(web, acme);
    await isAnswered(acme, "one");
    double.deliverTo(`${other}/slack/events`);
    await isAnswered(acme, "two");
    const before = acme.token;
    double.uninstall(acme);
    await until(async () => (await listWorkspaces(web))[0]?.status === "REVOKED");
    await install(other, acme);
    expect(acme.token).not.toBe(before);
    for (const url of [web, other]) {
      double.deliverTo(`${url}/slack/events`);
      await isAnswered(acme, `by ${url === web ? "one" : "another"} process`);
    }
    expect(await listWorkspaces(web)).toEqual([{ name: "Acme", status: "ACTIVE" }]);
  });
});

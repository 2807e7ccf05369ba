import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock as clock } from "../../../src/base/clock.ts";
import { sha256 } from "../../../src/base/ids.ts";
import { createSecretBox } from "../../../src/base/secret-box.ts";
import { createSlackInstall } from "../../../src/chat/slack/install/slack-install.ts";
import { startSlackDoor } from "../../../src/chat/slack/slack-door.ts";
import { createSlackPlatform } from "../../../src/chat/slack/slack-platform.ts";
import { createSlackTeams } from "../../../src/chat/slack/api/slack-teams.ts";
import type { ChatPlatform } from "../../../src/rooms/platform/chat-platform.ts";
import { type RecordedLog, createRecordedLog } from "../../support/recorded-log.ts";
import { startSlackDouble } from "../../support/slack/slack-double.ts";
import type { Workspace } from "../../support/slack/world.ts";
import { until } from "../../support/until.ts";
import { EAGER, PATIENT } from "./door-stage.ts";
import { openEngine } from "./open-engine.ts";

type Page = { status: number; text: string };

/**
 * The product for many workspaces: a web process with install page and events, and a worker. With
 * `single` both have a token of their own besides, of a workspace named Single.
 */
export async function openWorkspacesStage({ single = false } = {}) {
  const resources = new AsyncDisposableStack();
  const double = await startSlackDouble({ retryDelaysMs: EAGER });
  resources.defer(() => double.close());
  const own = single ? double.addWorkspace({ name: "Single" }) : undefined;
  const botToken = own?.token;
  const engine = await openEngine();
  resources.defer(() => engine.close());
  const log: RecordedLog = createRecordedLog();
  const { clientId, clientSecret } = double.app;
  const oauth = { clientId, clientSecret, authorizeUrl: double.authorizeUrl };

  /** A process of its own that receives events over HTTP, under its own address. */
  async function openWeb(time = clock): Promise<string> {
    const register = engine.openRegister(log);
    const door = await startSlackDoor({
      slack: {
        botToken,
        appToken: undefined,
        signingSecret: double.app.signingSecret,
        mode: "http",
        apiUrl: double.apiUrl,
        oauth,
      },
      ingress: engine.openIngress(),
      desk: engine.openDesk(),
      register,
      log,
      patienceMs: PATIENT,
    });
    const secrets = createSecretBox(Buffer.alloc(32, 1).toString("base64"));
    const parts = { oauth, apiUrl: double.apiUrl, publicUrl: undefined, secrets, register, log };
    const install = createSlackInstall({ ...parts, clock: time });
    const server = createServer((request, response) => {
      const isEvent = request.url === "/slack/events";
      void (isEvent ? door.httpHandler : install)?.(request, response);
    });
    await new Promise<void>((settle) => {
      server.listen(0, "127.0.0.1", settle);
    });
    resources.defer(async () => {
      await door.close();
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function openPlatform(): ChatPlatform {
    const slack = { botToken, apiUrl: double.apiUrl };
    const register = engine.openRegister(log);
    const teams = createSlackTeams({ slack, register, clock, log, timeoutMs: 30_000 });
    return createSlackPlatform({ teams, oauth, clock, log });
  }

  const web = await openWeb();
  double.deliverTo(`${web}/slack/events`);
  const platform = openPlatform();
  await engine.startWorker([platform]);

  /** Follows the install page as a browser does; `at` may change what it brings back. */
  async function install(
    at = { origin: web, back: (url: URL, cookie: string) => ({ url, cookie }) },
  ): Promise<Page> {
    const begun = await fetch(`${at.origin}/slack/install`, { redirect: "manual" });
    const given = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
    const agreed = await fetch(begun.headers.get("location") ?? "", { redirect: "manual" });
    const { url, cookie } = at.back(new URL(agreed.headers.get("location") ?? ""), given);
    const ended = await fetch(url, { headers: { cookie } });
    return { status: ended.status, text: await ended.text() };
  }

  async function rows<Row extends object>(text: string, params: unknown[] = []): Promise<Row[]> {
    return engine.sql.rows<Row>({ name: sha256(text).slice(0, 32), text }, params);
  }

  return {
    double,
    engine,
    log,
    web,
    openWeb,
    platform,
    openPlatform,
    install,
    rows,
    /** A workspace that agrees to the installation. */
    async addInstalled(name: string): Promise<Workspace> {
      const workspace = double.addWorkspace({ name, installed: false });
      double.decideInstall({ teamId: workspace.teamId });
      await install();
      return workspace;
    },
    async stored({ teamId }: Workspace) {
      const columns = "id, name, status, status_reason, credentials, scopes, installed_at";
      const [row] = await rows<Record<string, unknown>>(
        `select ${columns} from workspace where external_id = $1`,
        [teamId],
      );
      return row;
    },
    /** Everything that was asked is answered or has its reason. */
    async allEnded(): Promise<void> {
      await double.settled();
      await until(
        async () => (await rows("select 1 from turn where finished_at is null")).length === 0,
      );
    },
    close: () => resources.disposeAsync(),
  };
}

export type WorkspacesStage = Awaited<ReturnType<typeof openWorkspacesStage>>;

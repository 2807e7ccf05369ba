import type { AddressInfo } from "node:net";
import {
  addChannel,
  addManyChannels,
  addPerson,
  addWorkspace,
  type WorkspaceSpec,
} from "./add-workspace.ts";
import { createDelivery, type Transport } from "./delivery.ts";
import { createFaults } from "./faults.ts";
import { createHttpTransport } from "./http-transport.ts";
import { createInteractions } from "./interactions.ts";
import { createPeople } from "./people.ts";
import { createSlackServer } from "./slack-server.ts";
import { createSocketTransport } from "./socket-transport.ts";
import { setTokenState, uninstallApp } from "./uninstall-app.ts";
import { createView } from "./visible.ts";
import { waitUntil } from "./wait-until.ts";
import { createWebApi } from "./web-api.ts";
import {
  createWorld,
  type ChannelKind,
  type InstallDecision,
  type SlackApp,
  type TokenState,
  type Workspace,
} from "./world.ts";

export type SlackDoubleOptions = {
  /** 0 takes a free one. */
  port?: number;
  app?: Partial<SlackApp>;
  /** Slack gives an app three seconds to acknowledge. */
  ackTimeoutMs?: number;
  /** Slack retries at once, after a minute and after five; here the pauses are short. */
  retryDelaysMs?: readonly number[];
  pingIntervalMs?: number;
  /** Every n-th event comes a second time although it was acknowledged. */
  redeliverEvery?: number;
};

export type SlackDouble = Awaited<ReturnType<typeof startSlackDouble>>;

const DEFAULT_APP: SlackApp = {
  id: "A0TROUPE00",
  clientId: "1000000000.2000000000",
  clientSecret: "client-secret-of-the-double",
  signingSecret: "signing-secret-of-the-double",
  verificationToken: "verification-token",
  appToken: "xapp-1-A0TROUPE00-1-double",
};

/**
 * Slack on loopback: Web API, Socket Mode, signed requests, files and OAuth, with people in it.
 * Point the SDK at `apiUrl`. Events go over sockets until `deliverTo` names a request URL.
 */
export async function startSlackDouble(options: SlackDoubleOptions = {}) {
  const world = createWorld({ ...DEFAULT_APP, ...options.app });
  const { appToken } = world.app;
  world.tokens.set(appToken, {
    value: appToken,
    kind: "app",
    scopes: new Set(["connections:write"]),
    state: "active",
  });
  const ackTimeoutMs = options.ackTimeoutMs ?? 3000;
  const sockets = createSocketTransport(world, {
    ackTimeoutMs,
    pingIntervalMs: options.pingIntervalMs ?? 1000,
  });
  const http = (requestUrl: string) => createHttpTransport(world.app, { requestUrl, ackTimeoutMs });
  let transport: Transport = sockets;
  const delivery = createDelivery(
    world,
    {
      retryDelaysMs: options.retryDelaysMs ?? [0, 200, 1000],
      redeliverEvery: options.redeliverEvery ?? 0,
    },
    () => transport,
  );
  world.emit = delivery.emit;
  const faults = createFaults();
  const api = createWebApi(world, { connect: sockets.connect });
  const server = createSlackServer({ world, api, faults });
  server.on("upgrade", sockets.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    world,
    app: world.app,
    server,
    origin: world.origin,
    apiUrl: `${world.origin}/api/`,
    authorizeUrl: `${world.origin}/oauth/v2/authorize`,
    sockets,
    faults,
    calls: api.calls,
    downloads: world.downloads,
    violations: api.violations,
    deliveries: delivery.deliveries,
    redeliver: delivery.redeliver,
    ...createPeople(world),
    ...createView(world),
    ...createInteractions(world, () => transport),
    addWorkspace: (spec?: WorkspaceSpec) => addWorkspace(world, spec),
    addPerson: (
      workspace: Workspace,
      person: { name: string; realName?: string; isAdmin?: boolean; id?: string },
    ) => addPerson(world, workspace, person),
    addChannel: (
      workspace: Workspace,
      name: string,
      channel?: { kind?: ChannelKind; withApp?: boolean; creator?: string; id?: string },
    ) => addChannel(world, workspace, name, channel),
    addManyChannels: (workspace: Workspace, count: number) =>
      addManyChannels(world, workspace, count),
    /** What the next person does on the install page, instead of agreeing for the first workspace. */
    decideInstall: (decision: InstallDecision) => void (world.installDecision = decision),
    uninstall: (workspace: Workspace) => uninstallApp(world, workspace),
    /** Without any event: what calls answer from now on. */
    setTokenState: (workspace: Workspace, state: TokenState) =>
      setTokenState(world, workspace, state),
    callsOf: (method: string) => api.calls.filter((call) => call.method === method),
    /** From now on events, commands and interactions are posted to this URL. */
    deliverTo(requestUrl: string) {
      const direct = http(requestUrl);
      transport = direct;
      return direct;
    },
    /** Slack's check of a new request URL; answers true where the challenge comes back. */
    async verifyUrl(requestUrl: string): Promise<boolean> {
      const challenge = world.newId("challenge");
      const { verificationToken: token } = world.app;
      const body = JSON.stringify({ token, challenge, type: "url_verification" });
      const { status, text } = await http(requestUrl).sendRaw({ body });
      return status === 200 && text.includes(challenge);
    },
    /** Resolves as soon as the condition holds; looked at after every change of anything here. */
    until: (what: string, holds: () => boolean, timeoutMs?: number) =>
      waitUntil(world, what, holds, timeoutMs),
    /** Resolves when no event is on its way any more. */
    settled: (timeoutMs?: number) =>
      waitUntil(
        world,
        "all events delivered",
        () => delivery.deliveries.every(({ state }) => state !== "pending"),
        timeoutMs,
      ),
    async close(): Promise<void> {
      delivery.close();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { App, HTTPReceiver, type Installation } from "@slack/bolt";
import type { Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSlackDouble, type SlackDouble } from "../support/slack/slack-double.ts";
import { silent } from "./bolt-app.ts";

let double: SlackDouble;
let server: Server;
let origin: string;
let installed: Map<string, Installation>;
let gone: string[];

beforeEach(async () => {
  double = await startSlackDouble();
  installed = new Map();
  gone = [];
  const clientOptions = { slackApiUrl: double.apiUrl, retryConfig: { retries: 0 } };
  const receiver = new HTTPReceiver({
    signingSecret: double.app.signingSecret,
    clientId: double.app.clientId,
    clientSecret: double.app.clientSecret,
    scopes: ["chat:write"],
    logger: silent,
    installationStore: {
      storeInstallation: async (installation) => {
        installed.set(installation.team?.id ?? "", installation);
      },
      fetchInstallation: async ({ teamId }) => {
        const found = installed.get(teamId ?? "");
        if (found === undefined) throw new Error(`not installed in ${teamId}`);
        return found;
      },
    },
    installerOptions: {
      stateVerification: false,
      authorizationUrl: double.authorizeUrl,
      clientOptions,
    },
  });
  const app = new App({ receiver, logger: silent, clientOptions });
  app.event("app_mention", async ({ event, client }) => {
    await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: "hello" });
  });
  app.event(/^(app_uninstalled|tokens_revoked)$/, async ({ event, body }) => {
    gone.push(`${event.type} ${body.team_id}`);
  });
  server = await app.start({ port: 0, host: "127.0.0.1" });
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  double.deliverTo(`${origin}/slack/events`);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await double.close();
});

/** Visits the authorize page as a person would and follows it back to the app. */
async function install(): Promise<number> {
  const ask = new URL(double.authorizeUrl);
  ask.searchParams.set("client_id", double.app.clientId);
  const { headers } = await fetch(ask, { redirect: "manual" });
  const { search } = new URL(headers.get("location") ?? "");
  return (await fetch(`${origin}/slack/oauth_redirect${search}`)).status;
}

test("two workspaces install the app, are answered with their own tokens, and one leaves", async () => {
  const acme = double.addWorkspace({ name: "Acme", installed: false });
  expect(await install()).toBe(200);
  const globex = double.addWorkspace({ name: "Globex", installed: false });
  expect(await install()).toBe(200);
  expect([...installed.keys()]).toEqual([acme.teamId, globex.teamId]);
  for (const { name: team } of [acme, globex]) {
    const asked = double.say({ team, channel: "general", user: "ana", text: "hi", mention: true });
    await double.until("an answer", () => double.appMessages(asked.channel, asked.ts).length === 1);
  }
  expect(double.callsOf("chat.postMessage").map(({ teamId }) => teamId)).toEqual([
    acme.teamId,
    globex.teamId,
  ]);
  double.uninstall(globex);
  await double.settled();
  expect(gone).toEqual([`tokens_revoked ${globex.teamId}`, `app_uninstalled ${globex.teamId}`]);
});

test("an install code works once", async () => {
  double.addWorkspace({ installed: false });
  const ask = `${double.authorizeUrl}?client_id=${double.app.clientId}`;
  const { headers } = await fetch(ask, { redirect: "manual" });
  const { search } = new URL(headers.get("location") ?? "");
  expect((await fetch(`${origin}/slack/oauth_redirect${search}`)).status).toBe(200);
  expect((await fetch(`${origin}/slack/oauth_redirect${search}`)).status).toBe(500);
  expect(installed.size).toBe(1);
});

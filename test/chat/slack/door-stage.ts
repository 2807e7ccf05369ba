import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Log, silentLog } from "../../../src/base/log.ts";
import { type SlackDoor, startSlackDoor } from "../../../src/chat/slack/slack-door.ts";
import type { EventSpool } from "../../../src/chat/slack/events/spooled-inbox.ts";
import type { Ingress } from "../../../src/rooms/platform/ingress.ts";
import type { Presses } from "../../../src/rooms/platform/presses.ts";
import type { CommandDesk } from "../../../src/chat/commands/command-desk.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import type { WorkspaceRegister } from "../../../src/rooms/workspaces/workspace-register.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import {
  type SlackDouble,
  type SlackDoubleOptions,
  startSlackDouble,
} from "../../support/slack/slack-double.ts";
import type { Workspace } from "../../support/slack/world.ts";

type Wanted = {
  mode?: "socket" | "http";
  double?: SlackDoubleOptions;
  people?: string[];
  pingTimeoutsMs?: readonly number[];
  patienceMs?: { answer: number; name: number };
  spool?: EventSpool;
};

/** As Slack does, only sooner, and for as long as a socket takes to be back on a busy machine. */
export const EAGER = [0, 20, 50, ...Array.from({ length: 300 }, () => 100)];

/** Of what runs in a busy process: nothing is left out because it was slow. */
export const PATIENT = { answer: 30_000, name: 30_000 };

/** A workspace with the product in it, and an ingress in memory behind the door. */
export async function openDoorStage(wanted: Wanted = {}) {
  const { mode = "socket", double: options, people, pingTimeoutsMs, patienceMs, spool } = wanted;
  const resources = new AsyncDisposableStack();
  const double = await startSlackDouble({
    ackTimeoutMs: 30_000,
    retryDelaysMs: EAGER,
    ...options,
  });
  resources.defer(() => double.close());
  const workspace = double.addWorkspace(people && { people });
  const ingress = createMemoryIngress();
  const desk = createMemoryDesk();
  let requestUrl = "";

  /** Another process on the same app. */
  async function open(
    into: Ingress = ingress,
    options: { signingSecret?: string; pingTimeoutsMs?: readonly number[] } = {},
  ): Promise<SlackDoor> {
    const door = await startDoor(double, workspace, {
      mode,
      ingress: into,
      desk,
      ...(pingTimeoutsMs && { pingTimeoutsMs }),
      ...(patienceMs && { patienceMs }),
      ...(spool && { spool }),
      ...options,
    });
    resources.defer(() => door.close());
    if (door.httpHandler) {
      const served = await serveDoor(door.httpHandler);
      resources.defer(served.close);
      requestUrl = `${served.url}/slack/events`;
      double.deliverTo(requestUrl);
    }
    return door;
  }

  const door = await open();
  return {
    double,
    workspace,
    ingress,
    desk,
    door,
    open,
    /** Where the newest door is mounted, in HTTP mode. */
    requestUrl: () => requestUrl,
    /** The key of a channel of the workspace, or of a thread in it. */
    key: (channel: string, thread?: string) =>
      `slack:${workspace.teamId}.${channel}${thread === undefined ? "" : `:${thread}`}`,
    close: () => resources.disposeAsync(),
  };
}

export type DoorStage = Awaited<ReturnType<typeof openDoorStage>>;

export function startDoor(
  double: SlackDouble,
  workspace: Workspace | undefined,
  {
    mode,
    ingress,
    presses,
    desk = createMemoryDesk(),
    signingSecret = double.app.signingSecret,
    register = createMemoryRegister(),
    log = silentLog,
    pingTimeoutsMs = [5000, 6000],
    patienceMs = PATIENT,
    spool,
  }: {
    mode: "socket" | "http";
    ingress: Ingress;
    presses?: Presses;
    desk?: CommandDesk;
    signingSecret?: string;
    register?: WorkspaceRegister;
    log?: Log;
    /** Short ones find dead sockets soon, and those of a busy process too, whose presses are then lost. */
    pingTimeoutsMs?: readonly number[];
    patienceMs?: { answer: number; name: number };
    spool?: EventSpool;
  },
): Promise<SlackDoor> {
  return startSlackDoor({
    slack: {
      botToken: workspace?.token,
      appToken: double.app.appToken,
      signingSecret,
      mode,
      apiUrl: double.apiUrl,
      oauth: undefined,
    },
    ingress,
    presses,
    desk,
    register,
    log,
    pingTimeoutsMs,
    patienceMs,
    ...(spool && { spool }),
  });
}

/** Mounts the handler on a port of its own. */
export async function serveDoor(handler: NonNullable<SlackDoor["httpHandler"]>) {
  const server: Server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((settle) => {
    server.listen(0, "127.0.0.1", settle);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((settle) => {
      server.close(() => settle());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close };
}

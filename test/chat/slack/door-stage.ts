import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { silentLog } from "../../../src/base/log.ts";
import { type SlackDoor, startSlackDoor } from "../../../src/chat/slack/slack-door.ts";
import type { Ingress } from "../../../src/rooms/ingress.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import {
  type SlackDouble,
  type SlackDoubleOptions,
  startSlackDouble,
} from "../../support/slack/slack-double.ts";
import type { Workspace } from "../../support/slack/world.ts";

type Wanted = { mode?: "socket" | "http"; double?: SlackDoubleOptions; people?: string[] };

/** A workspace with the product in it, and an ingress in memory behind the door. */
export async function openDoorStage({ mode = "socket", double: options, people }: Wanted = {}) {
  const resources = new AsyncDisposableStack();
  const double = await startSlackDouble({
    ackTimeoutMs: 1000,
    retryDelaysMs: [0, 20, 50],
    ...options,
  });
  resources.defer(() => double.close());
  const workspace = double.addWorkspace(people && { people });
  const ingress = createMemoryIngress();
  let requestUrl = "";

  /** Another process on the same app. */
  async function open(
    into: Ingress = ingress,
    options: { signingSecret?: string } = {},
  ): Promise<SlackDoor> {
    const door = await startDoor(double, workspace, { mode, ingress: into, ...options });
    resources.defer(() => door.close());
    if (door.httpHandler) {
      const served = await serve(door.httpHandler);
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
  workspace: Workspace,
  {
    mode,
    ingress,
    signingSecret = double.app.signingSecret,
  }: { mode: "socket" | "http"; ingress: Ingress; signingSecret?: string },
): Promise<SlackDoor> {
  return startSlackDoor({
    slack: {
      botToken: workspace.token,
      appToken: double.app.appToken,
      signingSecret,
      mode,
      apiUrl: double.apiUrl,
    },
    ingress,
    log: silentLog,
    pingTimeoutsMs: [60, 100],
  });
}

/** Mounts the handler on a port of its own. */
async function serve(handler: NonNullable<SlackDoor["httpHandler"]>) {
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

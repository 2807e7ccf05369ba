import { openSlackPlatform } from "../../support/open-slack-platform.ts";
import { openPlatformApp } from "../../support/platform-app.ts";
import { startSlackDouble } from "../../support/slack/slack-double.ts";
import { serveDoor, startDoor } from "./door-stage.ts";

/** A working app in a workspace of three people, behind its door. */
export async function openAppStage({ mode = "http" }: { mode?: "socket" | "http" } = {}) {
  const resources = new AsyncDisposableStack();
  const double = await startSlackDouble();
  resources.defer(() => double.close());
  const workspace = double.addWorkspace({ people: ["ana", "ben", "cleo"] });
  const { apiUrl } = double;
  const stage = await openPlatformApp(() =>
    openSlackPlatform({ botToken: workspace.token, apiUrl }),
  );
  resources.defer(() => stage.close());
  const door = await startDoor(double, workspace, { mode, ...stage.door });
  resources.defer(() => door.close());
  if (door.httpHandler) {
    const served = await serveDoor(door.httpHandler);
    resources.defer(served.close);
    double.deliverTo(`${served.url}/slack/events`);
  }
  return { double, workspace, stage, close: () => resources.disposeAsync() };
}

export type AppStage = Awaited<ReturnType<typeof openAppStage>>;

import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import { createDiscordPlatform } from "../../../src/chat/discord/discord-platform.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import { startDiscordDouble } from "../../support/discord/discord-double.ts";
import { openPlatformApp } from "../../support/platform-app.ts";

/** A working app on a server with one channel and one person, behind so many doors with the same token. */
export async function openAppStage({ doors = 1 } = {}) {
  const resources = new AsyncDisposableStack();
  const double = await startDiscordDouble();
  resources.defer(() => double.close());
  const guild = double.addGuild({ name: "Garden", channels: ["general"] });
  const ana = double.addUser({ name: "ana", globalName: "Ana" }).id;
  double.addMember({ guild: guild.id, user: ana });
  const register = createMemoryRegister();
  const log = silentLog;
  const discord = { botToken: double.token, apiUrl: double.api, cdnUrl: double.cdn };
  const stage = await openPlatformApp(() =>
    createDiscordPlatform({ ...discord, register, clock: systemClock, log }),
  );
  resources.defer(() => stage.close());
  for (let process = 0; process < doors; process++) {
    const desk = createMemoryDesk();
    const door = await startDiscordDoor({ discord, ...stage.door, desk, register, log });
    resources.defer(() => door.close());
  }
  return {
    double,
    guild,
    ana,
    general: guild.channels["general"] ?? "",
    stage,
    close: () => resources.disposeAsync(),
  };
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chatOnTerminal } from "../../../src/cli/talk/chat-on-terminal.ts";
import { createGraphqlClient } from "../../../src/cli/graphql-client.ts";
import { createRoomClient } from "../../../src/cli/room-client.ts";
import { createFakeTerminal } from "../../support/fake-terminal.ts";
import { readRoom, sendMessage } from "../../support/graphql-client.ts";
import { findPort } from "../../support/own-server.ts";
import { startTroupe, TEST_TOKEN, type TroupeProcess } from "../../support/troupe-process.ts";
import { until, untilPasses } from "../../support/until.ts";
import { createDataFolder } from "../../support/data-folder.ts";

const folder = await createDataFolder();
const env = { DATA_DIR: folder.path, TROUPE_ADMIN_TOKEN: TEST_TOKEN };
let server: TroupeProcess;
let url = "";
beforeAll(async () => {
  server = startTroupe({ ...env, PORT: String(await findPort()) });
  url = await server.ready;
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

function open(room: string) {
  const terminal = createFakeTerminal(400, 40);
  const client = createGraphqlClient({ endpoint: `${url}/graphql`, token: TEST_TOKEN });
  const left = chatOnTerminal(
    createRoomClient(client, room, "ana"),
    terminal.input,
    terminal.output,
  );
  const shows = (text: string) => until(() => terminal.screen().join("\n").includes(text));
  const count = (text: string) => terminal.screen().filter((line) => line.includes(text)).length;
  return { terminal, left, shows, count };
}

describe("chat on a terminal", () => {
  it("holds a conversation: what was said, the answer with its tool, other people, the way out", async () => {
    await sendMessage(url, { room: "console:talk", person: "Bo", text: "@sage first" });
    const { terminal, left, shows, count } = open("talk");
    await shows('You said: "@sage first"');
    expect(terminal.screen()[0]).toMatch(/^· console:talk as ana\. Agents: @rex, @sage, @vera\./);
    terminal.type("what is 12 * 7?\r");
    await shows("· Sage used calculator");
    await untilPasses(() => {
      expect(terminal.screen().at(-1)).toBe("ana>");
      expect(count("ana> what is 12 * 7?")).toBe(1);
      expect(count("answered: 84")).toBe(1);
    });

    await sendMessage(url, { room: "console:talk", person: "Bo", text: "\u001B[2J @vera hi" });
    await shows("Bo: ␛[2J @vera hi");
    await shows("Vera: ");
    terminal.type("anybody?\r");
    await shows("Nobody was addressed. Name one of the agents: @rex, @sage, @vera.");
    terminal.type("/help\r");
    await shows("/agents  who can be asked");
    terminal.type("/preferences style formal\r");
    await shows("From the next answer on: verbosity as the agent likes, style formal");
    terminal.type("/preferences style loud\r");
    await shows("! style must be one of friendly");
    terminal.type("/quit\r");
    expect(await left).toEqual([]);
    expect(terminal.screen().at(-1)).not.toBe("ana>");
  });

  it("sees a restart of the server through, and loses nothing that was typed", async () => {
    const { terminal, left, shows, count } = open("restart");
    terminal.type("@sage before\r");
    await shows('You said: "@sage before"');
    await server.stop("SIGKILL");
    await shows("Trying again …");
    terminal.type("@sage while away\r");
    await shows("Not sent yet.");
    server = startTroupe({ ...env, PORT: new URL(url).port });
    url = await server.ready;
    await shows("Connected again.");
    await shows('You said: "@sage while away"');
    expect(count("before")).toBe(2);
    expect(count("Connected again.")).toBe(1);
    const texts = (await readRoom(url, "console:restart")).map(({ text }) => text);
    expect(texts.filter((text) => text === "@sage while away")).toHaveLength(1);
    terminal.type("\u0004");
    expect(await left).toEqual([]);
  });

  it("draws nothing where no server answers", async () => {
    const terminal = createFakeTerminal();
    const client = createGraphqlClient({
      endpoint: "http://127.0.0.1:9/graphql",
      token: undefined,
    });
    const room = createRoomClient(client, "lobby", "ana");
    await expect(chatOnTerminal(room, terminal.input, terminal.output)).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(terminal.screen()).toEqual([""]);
  });
});

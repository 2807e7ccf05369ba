import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { createSecretBox } from "../../src/base/secret-box.ts";
import type { ChatPlatform } from "../../src/rooms/platform/chat-platform.ts";
import type { Platform } from "../../src/rooms/workspaces/workspace.ts";
import { createWorkspaceRegister } from "../../src/rooms/workspaces/workspace-register.ts";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

const FIELDS = "id platform externalId name status statusReason installedAt scopes";
type Row = { id: string; externalId: string; status: string; statusReason: string | null };

describe("workspaces in GraphQL", () => {
  let app: TestApp;
  let plane: ControlPlane;
  const left: string[] = [];
  let isAway = false;

  beforeAll(async () => {
    app = await openTestApp();
    const secrets = createSecretBox(Buffer.alloc(32, 3).toString("base64"));
    const { sql, queue, clock } = app;
    const register = createWorkspaceRegister({ sql, queue, clock, log: app.scope.log, secrets });
    const slack: Pick<ChatPlatform, "leave"> = {
      async leave(workspace) {
        if (isAway) throw new AppError("UNAVAILABLE", "Slack does not answer.");
        left.push(workspace);
      },
    };
    const platforms = new Map<Platform, ChatPlatform>([["slack", slack as ChatPlatform]]);
    plane = openControlPlane({ ...app.control, register, platforms });
    const credentials = { botToken: "xoxb-the-secret" };
    await register.installed(
      { platform: "slack", externalId: "T1" },
      { name: "Acme", scopes: ["chat:write"], credentials },
    );
    await register.installed({ platform: "discord", externalId: "77" }, { name: "Garden" });
  });
  afterAll(() => app.close());

  const list = async (filter = "") =>
    (await plane.ask<{ workspaces: Row[] }>(`{ workspaces${filter} { ${FIELDS} } }`)).workspaces;
  const disconnect = (id: string) =>
    plane.ask<{ disconnectWorkspace: Row }>(
      `mutation ($id: ID!) { disconnectWorkspace(id: $id) { ${FIELDS} } }`,
      { id },
    );
  const idOf = async (externalId: string) =>
    (await list()).find((row) => row.externalId === externalId)?.id ?? "";

  it("are listed with what they grant, and never with a token", async () => {
    expect(await list("(platform: SLACK)")).toEqual([
      {
        id: expect.any(String),
        platform: "SLACK",
        externalId: "T1",
        name: "Acme",
        status: "ACTIVE",
        statusReason: null,
        installedAt: "2026-03-10T10:30:00.000Z",
        scopes: ["chat:write"],
      },
    ]);
    const schema = await plane.ask<{ type: { fields: { name: string }[] } }>(
      '{ type: __type(name: "Workspace") { fields { name } } }',
    );
    const names = schema.type.fields.map(({ name }) => name);
    expect(names.filter((name) => /token|credential/i.test(name))).toEqual([]);
    expect(JSON.stringify(await list())).not.toContain("xoxb");
  });

  it("stay as they are where the platform cannot be reached", async () => {
    isAway = true;
    const id = await idOf("T1");
    await expect(disconnect(id)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    isAway = false;
    expect(await list("(status: REVOKED)")).toEqual([]);
  });

  it("are disconnected at the platform, and say by whom", async () => {
    const { disconnectWorkspace } = await disconnect(await idOf("T1"));
    expect(disconnectWorkspace).toMatchObject({
      status: "REVOKED",
      statusReason: "Disconnected by ola.",
    });
    expect(left).toEqual(["T1"]);
    expect((await list("(status: REVOKED)")).map(({ externalId }) => externalId)).toEqual(["T1"]);
  });

  it("are not disconnected where there is nothing to leave", async () => {
    const fault = (id: string) => disconnect(id).catch((error: unknown) => error);
    expect(await fault("no-such")).toMatchObject({ code: "NOT_FOUND" });
    expect(await fault(await idOf("local"))).toMatchObject({ code: "INVALID" });
    expect(await fault(await idOf("77"))).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("not connected to discord"),
    });
  });
});

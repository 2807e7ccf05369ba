import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Conversation } from "../../src/rooms/conversation.ts";
import { Person } from "../../src/rooms/person.ts";
import { Room } from "../../src/rooms/room.ts";
import { Workspace } from "../../src/rooms/workspace.ts";
import { createRoomDirectory } from "../../src/rooms/room-directory.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("the directory of rooms and people, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
  });
  afterAll(() => app.close());

  const openDirectory = () => createRoomDirectory({ sql: app.sql, clock: app.clock });

  it("creates a room on first use, with the workspace's default agent", async () => {
    const room = await openDirectory().room("console:new");
    expect(room.members).toMatchObject([{ slug: "sage", name: "Sage" }]);
    expect(room).toMatchObject({ key: "console:new", version: 1 });
  });

  it("makes one room with one member where many see it first at once", async () => {
    for (let round = 0; round < 5; round++) {
      const key = `console:race-${round}`;
      const seen = await Promise.all(Array.from({ length: 6 }, () => openDirectory().room(key)));
      expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
      const em = app.db.em();
      expect(await em.count(Room, { key })).toBe(1);
      expect(await em.count(Conversation, { room: { key } })).toBe(1);
    }
  });

  it("makes one workspace where the platform's first rooms appear at once", async () => {
    const keys = Array.from({ length: 6 }, (_, index) => `slack:C${index}`);
    await Promise.all(keys.map((key) => openDirectory().room(key)));
    expect(await app.db.em().count(Workspace, { platform: "slack" })).toBe(1);
    expect(await app.db.em().count(Room, { workspace: { platform: "slack" } })).toBe(6);
  });

  it("asks the database once for what it knows", async () => {
    const directory = openDirectory();
    const { workspaceId } = await directory.room("console:known");
    await directory.person(workspaceId, "ana", "Ana");
    app.sql.statements.length = 0;
    await directory.room("console:known");
    await directory.person(workspaceId, "ana", "Ana");
    expect(app.sql.statements).toEqual([]);
  });

  it("makes one person of many first messages, and keeps people of workspaces apart", async () => {
    const home = (await openDirectory().room("console:people")).workspaceId;
    const away = (await openDirectory().room("discord:people")).workspaceId;
    const ids = await Promise.all(
      Array.from({ length: 6 }, () => openDirectory().person(home, "noor", "Noor")),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await openDirectory().person(away, "noor", "Noor")).not.toBe(ids[0]);
  });

  it("keeps a person's name where it cannot be had again, and takes what no text can hold out of it", async () => {
    const { workspaceId } = await openDirectory().room("console:named");
    const nameOf = async (id: string) => (await app.db.em().findOneOrFail(Person, { id })).name;
    const id = await openDirectory().person(workspaceId, "U1", "Noor\0");
    expect(await nameOf(id)).toBe("Noor\ufffd");
    await openDirectory().person(workspaceId, "U1", "U1");
    expect(await nameOf(id)).toBe("Noor\ufffd");
    await openDirectory().person(workspaceId, "U1", "Nour");
    expect(await nameOf(id)).toBe("Nour");
  });

  it("refuses a key that is no room's", async () => {
    await expect(openDirectory().room("nowhere")).rejects.toMatchObject({ code: "INVALID" });
  });
});

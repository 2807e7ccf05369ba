import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { Person } from "./person.ts";
import type { RoomDirectory } from "../room-directory.ts";
import { parseRoomKey } from "../room-key.ts";
import { Room } from "../room.ts";
import { Workspace } from "../workspaces/workspace.ts";

/** Somebody by the platform's id; without a name somebody who is known already. */
export type Somebody = { externalId: string; name?: string };

type Scope = { em: EntityManager; directory: RoomDirectory };

/**
 * The id of a person of a room's workspace. A named person is created on first use, and the workspace
 * too, though the room need not be there; without a name that is `NOT_FOUND`.
 */
export async function findSomebody(
  { em, directory }: Scope,
  roomKey: string,
  { externalId, name }: Somebody,
): Promise<string> {
  const workspaceId = await findWorkspace({ em, directory }, roomKey, name !== undefined);
  if (name !== undefined) return directory.person(workspaceId, externalId, name);
  const person = await em.findOne(Person, { workspace: workspaceId, externalId });
  if (person) return person.id;
  throw new AppError("NOT_FOUND", `Nobody with the id ${externalId.slice(0, 60)} has written yet.`);
}

async function findWorkspace(
  { em, directory }: Scope,
  roomKey: string,
  create: boolean,
): Promise<string> {
  const { platform, workspace: externalId } = parseRoomKey(roomKey);
  if (platform === "console") return (await directory.room(roomKey)).workspaceId;
  const room = await em.findOne(Room, { key: roomKey });
  if (room) return room.workspace.id;
  const place = { platform, externalId: externalId ?? "local" };
  if (create) {
    await em.execute(
      `insert into workspace (id, platform, external_id, name, default_agent_id, created_at)
       values (?, ?, ?, ?, (select default_agent_id from workspace where platform = 'console'), now())
       on conflict (platform, external_id) do nothing`,
      [newId(), platform, place.externalId, place.externalId],
    );
  }
  const workspace = await em.findOne(Workspace, place);
  if (workspace) return workspace.id;
  throw new AppError(
    "NOT_FOUND",
    `Nobody has written in ${roomKey} yet, so there is no such room.`,
  );
}

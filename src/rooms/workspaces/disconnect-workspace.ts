import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../../base/errors.ts";
import { isId } from "../../base/ids.ts";
import type { ChatPlatforms } from "../platform/chat-platform.ts";
import { Workspace } from "./workspace.ts";
import type { WorkspaceRegister } from "./workspace-register.ts";

type Scope = { em: EntityManager; platforms: ChatPlatforms; register: WorkspaceRegister };

/**
 * Takes the product out of a workspace: it gives up its right at the platform, throws the tokens away
 * and serves the workspace no more, until it is installed there again. What was said there stays.
 */
export async function disconnectWorkspace(
  { em, platforms, register }: Scope,
  id: string,
  by: string,
): Promise<Workspace> {
  const workspace = isId(id) ? await em.findOne(Workspace, { id }) : null;
  if (!workspace) {
    throw new AppError("NOT_FOUND", `There is no workspace ${id}. List them to see their ids.`);
  }
  const { platform, externalId } = workspace;
  if (platform === "console" || !workspace.installedAt) {
    throw new AppError("INVALID", `${workspace.name} is part of the installation itself.`);
  }
  const door = platforms.get(platform);
  if (!door) {
    const fault = `Troupe is not connected to ${platform}, so that it cannot leave there. Set its token first.`;
    throw new AppError("UNAVAILABLE", fault);
  }
  await door.leave(externalId);
  const reason = `Disconnected by ${by}.`;
  await register.revoked({ platform, externalId }, { reason, forget: true, insist: true });
  return em.refreshOrFail(workspace);
}

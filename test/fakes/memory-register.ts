import {
  type Installation,
  installationKey,
  type WorkspaceRef,
} from "../../src/rooms/workspaces/installation.ts";
import type { WorkspaceRegister } from "../../src/rooms/workspaces/workspace-register.ts";

export type MemoryRegister = WorkspaceRegister & {
  /** As it is stored now. */
  stored(ref: WorkspaceRef): Installation | undefined;
};

/** A `WorkspaceRegister` in memory; stored tokens are plain JSON. */
export function createMemoryRegister(): MemoryRegister {
  const rows = new Map<string, Installation>();
  const stored = (ref: WorkspaceRef) => rows.get(installationKey(ref));
  let installations = 0;
  return {
    stored,
    find: async (ref) => stored(ref),
    credentials: ({ sealed }) => JSON.parse(sealed) as unknown,
    refresh() {},
    async installed({ platform, externalId }, { name, credentials }) {
      const before = stored({ platform, externalId });
      const kept = before?.status === "active" ? before.sealed : null;
      const sealed = credentials && JSON.stringify({ ...credentials, n: (installations += 1) });
      rows.set(installationKey({ platform, externalId }), {
        platform,
        externalId,
        name,
        status: "active",
        statusReason: null,
        sealed: sealed ?? kept,
      });
      return true;
    },
    async revoked(ref, { reason, forget, sealed, insist }) {
      const found = stored(ref);
      if (!found || (sealed !== undefined && sealed !== found.sealed)) return false;
      const isLast = insist || (forget && found.sealed !== null);
      if (found.status === "active" || isLast) found.statusReason = reason;
      found.status = "revoked";
      if (forget) found.sealed = null;
      return true;
    },
    async restored(ref, sealed) {
      const found = stored(ref);
      if (found?.sealed === sealed) Object.assign(found, { status: "active", statusReason: null });
    },
    async revokedAllBut(platform, { present, reason }) {
      for (const row of rows.values()) {
        const isMeant = row.platform === platform && row.sealed === null;
        if (!isMeant || row.status === "revoked" || present.includes(row.externalId)) continue;
        Object.assign(row, { status: "revoked", statusReason: reason });
      }
    },
    close() {},
  };
}

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { remember } from "../../base/remember.ts";
import type { SecretBox } from "../../base/secret-box.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import { statement, type Sql } from "../../store/sql.ts";
import type { Platform } from "./workspace.ts";
import { type Grant, installWorkspace } from "./install-workspace.ts";
import {
  INSTALLATION_TOPIC,
  type Installation,
  installationKey,
  openCredentials,
  type WorkspaceRef,
} from "./installation.ts";
import {
  restoreWorkspace,
  type Revocation,
  revokeAbsent,
  revokeWorkspace,
} from "./revoke-workspace.ts";

/** Which workspaces let the product in, for everything that connects to them. */
export type WorkspaceRegister = {
  /**
   * The workspace as it is stored; undefined where nobody has heard of it. Remembered until it changes
   * in any process, and for half a minute in case that is not heard.
   */
  find(ref: WorkspaceRef): Promise<Installation | undefined>;
  /** Its stored tokens. A key that is not the one they were sealed with is an `INVALID` error. */
  credentials(installation: WorkspaceRef & { sealed: string }): unknown;
  /** Forgets what is remembered of it in this process. */
  refresh(ref: WorkspaceRef): void;
  installed(ref: WorkspaceRef, grant: Grant): Promise<boolean>;
  revoked(ref: WorkspaceRef, revocation: Revocation): Promise<boolean>;
  restored(ref: WorkspaceRef, sealed: string): Promise<void>;
  revokedAllBut(platform: Platform, of: Parameters<typeof revokeAbsent>[2]): Promise<void>;
  close(): void;
};

type Scope = { sql: Sql; queue: JobQueue; clock: Clock; log: Log; secrets: SecretBox | undefined };
type Remembered = { until: number; found: Promise<Installation | undefined> };

const FIND = statement(
  "find_installation",
  `select platform, external_id as "externalId", name, status, status_reason as "statusReason",
     credentials as sealed
   from workspace where platform = $1 and external_id = $2`,
);

const FRESH_MS = 30_000;
const MOST_REMEMBERED = 10_000;

export function createWorkspaceRegister(scope: Scope): WorkspaceRegister {
  const { sql, queue, clock, secrets } = scope;
  const known = new Map<string, Remembered>();
  const refresh = (ref: WorkspaceRef) => void known.delete(installationKey(ref));
  const unsubscribe = queue.subscribe(INSTALLATION_TOPIC, (ref) => refresh(ref as WorkspaceRef));

  async function load({ platform, externalId }: WorkspaceRef): Promise<Installation | undefined> {
    const [row] = await sql.rows<Installation>(FIND, [platform, externalId]);
    return row;
  }

  return {
    find(ref) {
      const key = installationKey(ref);
      const remembered = known.get(key);
      if (remembered && remembered.until > clock.now()) return remembered.found;
      const found = load(ref);
      remember(known, key, { until: clock.now() + FRESH_MS, found }, MOST_REMEMBERED);
      found.catch(() => refresh(ref));
      return found;
    },
    credentials: (installation) => openCredentials(secrets, installation),
    refresh,
    async installed(ref, grant) {
      const changed = await installWorkspace(scope, ref, grant);
      if (changed) refresh(ref);
      return changed;
    },
    async revoked(ref, revocation) {
      const changed = await revokeWorkspace(scope, ref, revocation);
      refresh(ref);
      return changed;
    },
    async restored(ref, sealed) {
      await restoreWorkspace(scope, ref, sealed);
      refresh(ref);
    },
    revokedAllBut: (platform, of) => revokeAbsent(scope, platform, of),
    close: unsubscribe,
  };
}

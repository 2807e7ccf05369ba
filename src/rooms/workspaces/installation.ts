import type { SecretBox } from "../../base/secret-box.ts";
import { AppError } from "../../base/errors.ts";
import type { Platform, Workspace } from "./workspace.ts";

/** A workspace by the names that its platform gives it. */
export type WorkspaceRef = { platform: Platform; externalId: string };

/** A workspace as those who connect to it see it. */
export type Installation = WorkspaceRef & {
  name: string;
  status: Workspace["status"];
  /** Why it is not served. */
  statusReason: string | null;
  /** Its tokens, as they are stored: two installations never have the same. */
  sealed: string | null;
};

/** The topic on which every process hears that an installation has changed. */
export const INSTALLATION_TOPIC = "installations";

export function installationKey({ platform, externalId }: WorkspaceRef): string {
  return `${platform}/${externalId}`;
}

/** What sealed credentials are about: they open for this workspace alone. */
export function aboutCredentials(ref: WorkspaceRef): string {
  return `The credentials of ${installationKey(ref)}`;
}

/** Opens stored tokens. A key that is missing or another one is an `INVALID` error that says so. */
export function openCredentials(
  secrets: SecretBox | undefined,
  { sealed, ...ref }: WorkspaceRef & { sealed: string },
): unknown {
  if (!secrets) {
    throw new AppError(
      "INVALID",
      `${aboutCredentials(ref)} are encrypted, and TROUPE_SECRET_KEY is not set. Set it to the key they were stored with.`,
    );
  }
  return JSON.parse(secrets.open(sealed, aboutCredentials(ref)));
}

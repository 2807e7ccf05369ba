import { join } from "node:path";

/** Where a generated admin token is kept: the server writes it, the command line reads it. */
export function adminTokenPath(dataDir: string): string {
  return join(dataDir, "admin-token");
}

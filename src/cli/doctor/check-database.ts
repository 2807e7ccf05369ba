import type { Config } from "../../base/config.ts";
import { AppError } from "../../base/errors.ts";
import type { Finding } from "../../base/finding.ts";
import { findSecretBox } from "../../base/secret-key.ts";
import { databaseSchema } from "../../database-schema.ts";
import { resealCredentials } from "../../rooms/workspaces/reseal-credentials.ts";
import { type Inspection, inspectPglite, inspectPostgres } from "../../store/inspect-database.ts";

const WHAT = "Database";
const KNOWN = databaseSchema.migrations.map(({ name }) => name);
const HAS_CREDENTIALS = "0008-installations";

/** Looks at the database, its migrations and the tokens in it. Changes nothing, and never rejects. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const { databaseUrl, dataDir } = config;
  let inspection: Inspection | undefined;
  try {
    inspection =
      databaseUrl === undefined ? await inspectPglite(dataDir) : await inspectPostgres(databaseUrl);
    if (!inspection) {
      const detail = `none in ${dataDir} yet; the first npm start makes it`;
      return [{ what: WHAT, state: "ok", detail }];
    }
    return [describe(inspection), ...(await checkCredentials(config, inspection))];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code !== "CONFLICT") return [{ what: WHAT, state: "failed", detail: error.message }];
    const detail = `${dataDir} is in use by a running Troupe; ask its /readyz`;
    return [{ what: WHAT, state: "ok", detail }];
  } finally {
    await inspection?.close();
  }
}

function describe({ place, migrations }: Inspection): Finding {
  const unknown = migrations.filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) {
    const detail = `${place} is newer than this code (it has ${unknown.join(", ")}). Start the newer version, or restore a back-up.`;
    return { what: WHAT, state: "failed", detail };
  }
  const missing = KNOWN.length - migrations.length;
  const rest = missing === 0 ? "migrated" : `${missing} migrations to come with the next start`;
  return { what: WHAT, state: "ok", detail: `${place}, ${rest}` };
}

async function checkCredentials(
  config: Config,
  { sql, migrations }: Inspection,
): Promise<Finding[]> {
  if (!migrations.includes(HAS_CREDENTIALS)) return [];
  const what = "Workspace tokens";
  const secrets = await findSecretBox(config);
  const { stored, resealed, faults } = await resealCredentials({ sql, secrets }, { dryRun: true });
  if (faults.length > 0) return [{ what, state: "failed", detail: faults[0] ?? "" }];
  if (stored === 0) return [];
  const old = resealed === 0 ? "" : `; ${resealed} under an old key, until the next start`;
  return [{ what, state: "ok", detail: `${stored} stored encrypted, all open${old}` }];
}

import { plain } from "../../base/plain.ts";
import { type FactSource, newestOf } from "./fact-source.ts";

type Closed = { place: string; name: string; reason: string | null };

const PLACE = `case w.platform when 'slack' then 'Slack workspace' else 'Discord server' end`;

/** Workspaces that let the product in no longer, and those of them that do so again. */
export const WORKSPACE_FACTS: FactSource<"workspace_closed" | "workspace_open"> = {
  query: `select 'workspace_closed', 'workspace_closed/' || w.id || '/' || extract(epoch from w.revoked_at), w.id,
      w.revoked_at, json_build_object('place', ${PLACE}, 'name', w.name, 'reason', w.status_reason)
    from workspace w where w.status = 'revoked' and w.revoked_at is not null
    union all
    select 'workspace_open', 'workspace_open/' || closed.fact, w.id, $1::timestamptz,
      json_build_object('place', ${PLACE}, 'name', w.name)
    from ${newestOf("workspace_closed")} closed
      join workspace w on w.id = closed.subject_id and w.status = 'active'`,
  sentences: {
    workspace_closed: ({ place, name, reason }: Closed) =>
      `**${place} ${plain(name)} is closed**, and nobody is answered there until Troupe is installed again: ${reason ?? "it does not let Troupe in any more."}`,
    workspace_open: ({ place, name }: Closed) =>
      `**${place} ${plain(name)} is open again**, and people are answered there; there is nothing to do.`,
  },
};

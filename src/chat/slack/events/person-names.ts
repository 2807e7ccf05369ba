import { z } from "zod";
import type { Clock } from "../../../base/clock.ts";
import { remember } from "../../../base/remember.ts";
import type { SlackApi } from "../api/slack-api.ts";

/** People's display names by their ids; an id whose name is not to be had is left out. */
export type PersonNames = (ids: Iterable<string>) => Promise<Map<string, string>>;

const Answer = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    profile: z
      .object({ display_name: z.string().optional(), real_name: z.string().optional() })
      .optional(),
  }),
});

const MOST_REMEMBERED = 10_000;
const FRESH_MS = 3_600_000;
const FAILED_MS = 60_000;

type Known = { name: string | undefined; until: number };
type Parts = { api: SlackApi; clock: Clock; patienceMs: number };

/** Looks people up one by one as they appear, and remembers the last of them for an hour. */
export function createPersonNames({ api, clock, patienceMs }: Parts): PersonNames {
  const known = new Map<string, Known>();
  const asked = new Map<string, Promise<void>>();
  let quietUntil = 0;

  async function ask(id: string): Promise<void> {
    const outcome = await api("users.info", { user: id });
    const now = clock.now();
    if (outcome.kind === "limited") quietUntil = now + outcome.retryAfterMs;
    const name = outcome.kind === "done" ? toName(outcome.answer) : undefined;
    if (name === undefined)
      remember(known, id, { name: known.get(id)?.name, until: now + FAILED_MS }, MOST_REMEMBERED);
    else remember(known, id, { name, until: now + FRESH_MS }, MOST_REMEMBERED);
    asked.delete(id);
  }

  async function refresh(id: string): Promise<void> {
    const now = clock.now();
    if (now < (known.get(id)?.until ?? 0) || now < quietUntil) return;
    const asking = asked.get(id) ?? ask(id);
    asked.set(id, asking);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((settle) => {
      timer = setTimeout(settle, patienceMs);
    });
    await Promise.race([asking, patience]);
    clearTimeout(timer);
  }

  return async (ids) => {
    const wanted = [...new Set(ids)];
    await Promise.all(wanted.map(refresh));
    const names = wanted.map((id): [string, string] => [id, known.get(id)?.name ?? ""]);
    return new Map(names.filter(([, name]) => name !== ""));
  };
}

function toName(answer: unknown): string | undefined {
  const parsed = Answer.safeParse(answer);
  if (!parsed.success) return undefined;
  const { name, real_name, profile } = parsed.data.user;
  return [profile?.display_name, profile?.real_name, real_name, name].find(Boolean);
}

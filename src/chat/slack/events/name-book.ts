import { z } from "zod";
import type { Clock } from "../../../base/clock.ts";
import { remember } from "../../../base/remember.ts";
import type { SlackApi } from "../api/slack-api.ts";

/** Names by their ids; an id whose name is not to be had is left out. */
type Names = (ids: Iterable<string>) => Promise<Map<string, string>>;

/** What the ids of a workspace are called. Never rejects, and waits no longer than its patience. */
export type NameBook = { people: Names; channels: Names };

type Parts = { api: SlackApi; clock: Clock; patienceMs: number };
type Known = { name: string | undefined; until: number };
/** The method that tells of an id, as which argument, and what its answer calls it. */
type Source = { method: string; argument: string; toName: (answer: unknown) => string };

const words = z.string().nullish().catch(undefined);
const Person = z.object({
  user: z.object({
    name: words,
    real_name: words,
    profile: z.object({ display_name: words, real_name: words }).nullish().catch(undefined),
  }),
});
const Channel = z.object({ channel: z.object({ name: words, is_private: z.boolean().nullish() }) });

const MOST_REMEMBERED = 10_000;
const FRESH_MS = 3_600_000;
const FAILED_MS = 60_000;

const PEOPLE: Source = { method: "users.info", argument: "user", toName: toPersonName };
const CHANNELS: Source = {
  method: "conversations.info",
  argument: "channel",
  toName: toChannelName,
};

export function createNameBook(parts: Parts): NameBook {
  return { people: createNames(parts, PEOPLE), channels: createNames(parts, CHANNELS) };
}

/** Looks ids up one by one as they appear, and remembers the last of them for an hour. */
function createNames(
  { api, clock, patienceMs }: Parts,
  { method, argument, toName }: Source,
): Names {
  const known = new Map<string, Known>();
  const asked = new Map<string, Promise<void>>();
  let quietUntil = 0;

  async function ask(id: string): Promise<void> {
    const outcome = await api(method, { [argument]: id });
    const now = clock.now();
    if (outcome.kind === "limited") quietUntil = now + outcome.retryAfterMs;
    const name = outcome.kind === "done" ? toName(outcome.answer) : "";
    const entry = name
      ? { name, until: now + FRESH_MS }
      : { name: known.get(id)?.name, until: now + FAILED_MS };
    remember(known, id, entry, MOST_REMEMBERED);
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

function toPersonName(answer: unknown): string {
  const parsed = Person.safeParse(answer);
  if (!parsed.success) return "";
  const { name, real_name, profile } = parsed.data.user;
  return [profile?.display_name, profile?.real_name, real_name, name].find(Boolean) ?? "";
}

/** A private channel is not named to those who may not be in it. */
function toChannelName(answer: unknown): string {
  const channel = Channel.safeParse(answer).data?.channel;
  return channel?.is_private === false ? (channel.name ?? "") : "";
}

import type { NoticeKind } from "../notice.ts";

/** Where facts of some kinds are found, and how each kind is told. */
export type FactSource<Kind extends NoticeKind> = {
  /**
   * A query of what the stored rows say: `kind`, `fact`, `subject_id`, `happened_at` and what its
   * sentence needs as JSON. `$1` is now; the same fact has the same name in every process.
   */
  query: string;
  /** One sentence each, as Markdown, with what to do. */
  sentences: { [kind in Kind]: (data: never) => string };
};

/** What happened longer ago is no news; nobody is told of it at three in the morning. */
export const NEWS_SINCE = `($1::timestamptz - interval '1 day')`;

/** The subjects of notices of a kind, each by its newest. */
export function newestOf(kind: NoticeKind): string {
  return `(select distinct on (subject_id) subject_id, fact from notice where kind = '${kind}'
     order by subject_id, happened_at desc)`;
}

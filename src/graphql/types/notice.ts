import { listNotices } from "../../notices/list-notices.ts";
import { NOTICE_KINDS } from "../../notices/notice.ts";
import type { Builder } from "../builder.ts";
import { toLimit } from "../limit.ts";
import { type Refs, toEnumValues } from "../refs.ts";

export function defineNotice(builder: Builder, refs: Refs): void {
  const Kind = builder.enumType("NoticeKind", { values: toEnumValues(NOTICE_KINDS) });

  refs.Notice.implement({
    description: "Something that operators are told of: it happened by itself, or waits for them.",
    fields: (t) => ({
      id: t.exposeID("id"),
      kind: t.expose("kind", { type: Kind }),
      text: t.exposeString("text", { description: "With what to do about it, as Markdown." }),
      happenedAt: t.expose("happenedAt", { type: "DateTime" }),
      toldAt: t.expose("toldAt", {
        type: "DateTime",
        nullable: true,
        description:
          "When it was posted in the operators' room; null where there is none, or its workspace is closed.",
      }),
    }),
  });

  builder.queryField("notices", (t) =>
    t.field({
      type: [refs.Notice],
      description:
        "What operators are told of, also where they have no room for it. Newest first; at most 200.",
      args: { last: t.arg.int({ defaultValue: 20 }) },
      resolve: (_root, { last }, { em }) => listNotices({ em }, { last: toLimit(last) }),
    }),
  );
}

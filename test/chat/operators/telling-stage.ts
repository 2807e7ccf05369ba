import { systemClock } from "../../../src/base/clock.ts";
import { silentLog as log } from "../../../src/base/log.ts";
import { tellOperators } from "../../../src/chat/operators/tell-operators.ts";
import { listNotices } from "../../../src/notices/list-notices.ts";
import type { ChatPlatform } from "../../../src/rooms/chat-platform.ts";
import { watchSql } from "../../support/watched-sql.ts";
import type { Engine } from "../slack/open-engine.ts";

const MINUTE_MS = 60_000;

/** Processes that look after one operators' room, with one clock that runs on and can jump. */
export function openTelling({ sql, em }: Pick<Engine, "sql" | "em">, room: string) {
  let jumpedMs = 0;
  const clock = { now: () => systemClock.now() + jumpedMs };
  return {
    clock,
    /** What a process of this platform does each quarter of a minute. */
    join(platform: ChatPlatform) {
      const watched = watchSql(sql);
      const platforms = new Map([[platform.platform, platform]]);
      return {
        tell: () => tellOperators({ em, sql: watched, clock, platforms, log }, room),
        /** From now on it ends between what it posts and its record of that. */
        dieAfterPosting: () =>
          watched.hook((name) => {
            if (name === "notice_told") throw new Error("the process dies");
          }),
      };
    },
    /** What a process without an operators' room does. */
    lookWithoutRoom: () => tellOperators({ em, sql, clock, platforms: new Map(), log }, undefined),
    skipMinutes: (minutes: number) => void (jumpedMs += minutes * MINUTE_MS),
    /** What operators read wherever they are, oldest first. */
    read: async () =>
      (await listNotices({ em: em() }, { last: 100 }))
        .map(({ kind, toldAt }) => ({ kind, isTold: toldAt instanceof Date }))
        .toReversed(),
  };
}

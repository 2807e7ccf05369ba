import type { EntityManager } from "@mikro-orm/sql";
import type { AgentDirectory } from "../agents/agent-directory.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { BehaviorEngine } from "../behaviors/engine/behavior-engine.ts";
import type { Prices } from "../llm/prices.ts";
import type { ModelProviders } from "../llm/providers.ts";
import type { PdfReader } from "../pdf/pdf-reader.ts";
import type { ChatPlatforms } from "../rooms/platform/chat-platform.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { Sql } from "../store/sql.ts";
import type { Toolbox } from "../tools/toolbox.ts";

/** What a turn touches. */
export type TurnScope = {
  sql: Sql;
  em: () => EntityManager;
  queue: JobQueue;
  clock: Clock;
  log: Log;
  agents: AgentDirectory;
  behaviors: BehaviorEngine;
  providers: ModelProviders;
  prices: Prices;
  defaultModel: string;
  toolbox: Toolbox;
  /** Reads PDF files for models that do not. */
  readPdf: PdfReader;
  /** The platforms whose rooms need a call to post in; console rooms need none. */
  platforms: ChatPlatforms;
  workerId: string;
  /** False once the process has not renewed its lease for a while, as when the database is away. */
  holdsLease?: () => boolean;
};

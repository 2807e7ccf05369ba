import { FirstConversation } from "../migrations/0001-first-conversation.ts";
import { ChatPlatforms } from "../migrations/0002-chat-platforms.ts";
import { Registry } from "../migrations/0003-registry.ts";
import { AgentStatistics } from "./agents/agent-statistics.ts";
import { Agent } from "./agents/agent.ts";
import { Role } from "./agents/role.ts";
import { BehaviorAssignment } from "./behaviors/assignments/behavior-assignment.ts";
import { BehaviorRevision } from "./behaviors/behavior-revision.ts";
import { BehaviorStatistics } from "./behaviors/behavior-statistics.ts";
import { Behavior } from "./behaviors/behavior.ts";
import { Conversation } from "./rooms/conversation.ts";
import { Message } from "./rooms/message.ts";
import { Person } from "./rooms/person.ts";
import { Room } from "./rooms/room.ts";
import { Workspace } from "./rooms/workspace.ts";
import type { DatabaseSchema } from "./store/database.ts";
import { Delivery } from "./turns/delivery.ts";
import { Feedback } from "./turns/feedback.ts";
import { TurnJournal } from "./turns/turn-journal.ts";
import { Turn } from "./turns/turn.ts";
import { WorkerProcess } from "./turns/worker-process.ts";

/** Every table of the product and how it came to be; a new entity or migration is listed here. */
export const databaseSchema: DatabaseSchema = {
  entities: [
    Agent,
    AgentStatistics,
    Role,
    Behavior,
    BehaviorRevision,
    BehaviorAssignment,
    BehaviorStatistics,
    Workspace,
    Person,
    Room,
    Conversation,
    Message,
    Turn,
    TurnJournal,
    Delivery,
    Feedback,
    WorkerProcess,
  ],
  migrations: [
    { name: "0001-first-conversation", class: FirstConversation },
    { name: "0002-chat-platforms", class: ChatPlatforms },
    { name: "0003-registry", class: Registry },
  ],
};

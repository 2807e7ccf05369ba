import { FirstConversation } from "../migrations/0001-first-conversation.ts";
import { ChatPlatforms } from "../migrations/0002-chat-platforms.ts";
import { Registry } from "../migrations/0003-registry.ts";
import { LatencyRows } from "../migrations/0004-latency-rows.ts";
import { Experiments } from "../migrations/0005-experiments.ts";
import { Improvement as ImprovementMigration } from "../migrations/0006-improvement.ts";
import { Commands } from "../migrations/0007-commands.ts";
import { Approvals } from "../migrations/0009-approvals.ts";
import { Installations } from "../migrations/0008-installations.ts";
import { Attachments } from "../migrations/0010-attachments.ts";
import { Avatars } from "../migrations/0011-avatars.ts";
import { AgentNames } from "../migrations/0012-agent-names.ts";
import { LooseEnds } from "../migrations/0013-loose-ends.ts";
import { SuggestionNotices } from "../migrations/0014-suggestion-notices.ts";
import { Notices } from "../migrations/0015-notices.ts";
import { ThreadsOfChannels } from "../migrations/0016-threads-of-channels.ts";
import { ClearedReactions } from "../migrations/0017-cleared-reactions.ts";
import { UnheardMessages } from "../migrations/0018-unheard-messages.ts";
import { AgentStatistics } from "./agents/agent-statistics.ts";
import { Agent } from "./agents/agent.ts";
import { Role } from "./agents/role.ts";
import { BehaviorAssignment } from "./behaviors/assignments/behavior-assignment.ts";
import { BehaviorRevision } from "./behaviors/behavior-revision.ts";
import { BehaviorStatistics } from "./behaviors/behavior-statistics.ts";
import { Behavior } from "./behaviors/behavior.ts";
import { ExperimentArm } from "./experiments/experiment-arm.ts";
import { ExperimentExposure } from "./experiments/experiment-exposure.ts";
import { ExperimentPeriod } from "./experiments/experiment-period.ts";
import { ExperimentUse } from "./experiments/experiment-use.ts";
import { Experiment } from "./experiments/experiment.ts";
import { CommandClaim } from "./chat/commands/command-claim.ts";
import { Improvement } from "./behaviors/improvement/improvement.ts";
import { Notice } from "./notices/notice.ts";
import { Conversation } from "./rooms/conversation.ts";
import { Message } from "./rooms/messages/message.ts";
import { Person } from "./rooms/people/person.ts";
import { Room } from "./rooms/room.ts";
import { Workspace } from "./rooms/workspaces/workspace.ts";
import type { DatabaseSchema } from "./store/database.ts";
import { Approval } from "./turns/approvals/approval.ts";
import { Approver } from "./turns/approvals/approver.ts";
import { Click } from "./turns/feedback/click.ts";
import { Delivery } from "./turns/delivery/delivery.ts";
import { EarlyFeedback } from "./turns/feedback/early-feedback.ts";
import { Feedback } from "./turns/feedback/feedback.ts";
import { TurnJournal } from "./turns/journal/turn-journal.ts";
import { Attachment } from "./turns/files/attachment.ts";
import { Turn } from "./turns/turn.ts";
import { WorkerProcess } from "./turns/lane/worker-process.ts";

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
    Experiment,
    ExperimentArm,
    ExperimentPeriod,
    ExperimentExposure,
    ExperimentUse,
    Improvement,
    Workspace,
    Person,
    Room,
    Conversation,
    Message,
    Turn,
    TurnJournal,
    Attachment,
    Delivery,
    Feedback,
    EarlyFeedback,
    Approval,
    Approver,
    Click,
    WorkerProcess,
    CommandClaim,
    Notice,
  ],
  migrations: [
    { name: "0001-first-conversation", class: FirstConversation },
    { name: "0002-chat-platforms", class: ChatPlatforms },
    { name: "0003-registry", class: Registry },
    { name: "0004-latency-rows", class: LatencyRows },
    { name: "0005-experiments", class: Experiments },
    { name: "0006-improvement", class: ImprovementMigration },
    { name: "0007-commands", class: Commands },
    { name: "0008-installations", class: Installations },
    { name: "0009-approvals", class: Approvals },
    { name: "0010-attachments", class: Attachments },
    { name: "0011-avatars", class: Avatars },
    { name: "0012-agent-names", class: AgentNames },
    { name: "0013-loose-ends", class: LooseEnds },
    { name: "0014-suggestion-notices", class: SuggestionNotices },
    { name: "0015-notices", class: Notices },
    { name: "0016-threads-of-channels", class: ThreadsOfChannels },
    { name: "0017-cleared-reactions", class: ClearedReactions },
    { name: "0018-unheard-messages", class: UnheardMessages },
  ],
};

import { describeChatPlatform } from "../../contracts/chat-platform.ts";
import { describeQuestions } from "../../contracts/chat-platform-questions.ts";
import { openSlackStage } from "./slack-stage.ts";

describeQuestions("Slack, in a thread", { open: () => openSlackStage() });
describeQuestions("Slack, in a channel", { open: () => openSlackStage({ inThread: false }) });
describeChatPlatform("Slack, in a thread", { open: () => openSlackStage() });
describeChatPlatform("Slack, in a thread without its stream", {
  open: () => openSlackStage({ streaming: "off" }),
});
describeChatPlatform("Slack, in a channel", { open: () => openSlackStage({ inThread: false }) });

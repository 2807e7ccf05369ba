import { describeChatPlatform } from "../../contracts/chat-platform.ts";
import { openSlackStage } from "./slack-stage.ts";

describeChatPlatform("Slack, in a thread", { open: () => openSlackStage() });
describeChatPlatform("Slack, in a channel", { open: () => openSlackStage({ inThread: false }) });

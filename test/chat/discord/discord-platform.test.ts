import { describeChatPlatform } from "../../contracts/chat-platform.ts";
import { describeQuestions } from "../../contracts/chat-platform-questions.ts";
import { openContractStage, PLACES } from "./discord-stage.ts";

for (const kind of PLACES) {
  describeQuestions(`Discord (${kind})`, { open: () => openContractStage(kind) });
  describeChatPlatform(`Discord (${kind})`, { open: () => openContractStage(kind) });
}

import { describeChatPlatform } from "../../contracts/chat-platform.ts";
import { openContractStage, PLACES } from "./discord-stage.ts";

for (const kind of PLACES) {
  describeChatPlatform(`Discord (${kind})`, { open: () => openContractStage(kind) });
}

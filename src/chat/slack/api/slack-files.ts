import { z } from "zod";
import { AppError } from "../../../base/errors.ts";
import type { ChatPlatform } from "../../../rooms/platform/chat-platform.ts";
import type { MessageFile } from "../../../rooms/messages/message-file.ts";
import { downloadFile } from "../../download-file.ts";
import type { SlackApi } from "./slack-api.ts";
import type { SlackContent } from "../events/slack-event.ts";
import type { SlackTeams } from "./slack-teams.ts";

type SlackFile = NonNullable<SlackContent["files"]>[number];

const SLACK_API = "https://slack.com/api/";
const LONGEST_FILE_NAME = 200;
const Info = z.object({ file: z.object({ url_private: z.string() }) });
const NO_SCOPE =
  "the Slack app lacks the scope files:read, or may not see it; compare its manifest and reinstall it";

/** The files of a message; what was deleted or hidden by the workspace's plan has no id to go by. */
export function toFiles({ files }: SlackContent): MessageFile[] {
  return (files ?? []).flatMap((file): MessageFile[] => {
    const { id, mimetype, size, url_private: url } = file;
    const previewUrl = file.thumb_1024 ?? file.thumb_960 ?? file.thumb_720;
    if (!id) return [];
    return [
      {
        id,
        name: toFileName(file),
        ...(mimetype && { mimeType: mimetype }),
        ...(typeof size === "number" && { bytes: size }),
        ...(url && { url }),
        ...(previewUrl && { previewUrl }),
      },
    ];
  });
}

export function toFileName({ name, title }: SlackFile): string {
  return (name || title || "unnamed").replace(/\s+/g, " ").slice(0, LONGEST_FILE_NAME);
}

/** Reads private files with the token of their workspace, from Slack's own hosts only. */
export function createFileReader(
  teams: Pick<SlackTeams, "apiOf" | "apiUrl" | "tokenOf">,
): ChatPlatform["readFile"] {
  const { protocol, host } = new URL(teams.apiUrl ?? SLACK_API);
  const origins = [`${protocol}//${host}`, `${protocol}//files.${host}`];

  return async (workspace, file, options) => {
    const url = file.url ?? (await ask(teams.apiOf(workspace), file.id));
    const token = await teams.tokenOf(workspace);
    if (token === undefined) throw new AppError("FORBIDDEN", "the app was removed from Slack");
    const headers = { authorization: `Bearer ${token}` };
    const { bytes, type } = await downloadFile({ ...options, url, origins, headers });
    // Without the right to read it Slack answers with its sign-in page.
    if (type.startsWith("text/html") && !file.mimeType?.startsWith("text/html")) {
      throw new AppError("FORBIDDEN", NO_SCOPE);
    }
    return bytes;
  };
}

/** Events of channels shared between workspaces tell no more of a file than its id. */
async function ask(api: SlackApi, id: string): Promise<string> {
  const outcome = await api("files.info", { file: id });
  if (outcome.kind === "done") {
    const info = Info.safeParse(outcome.answer);
    if (info.success) return info.data.file.url_private;
    throw new AppError("INVALID", "Slack does not say where it is kept");
  }
  if (outcome.kind !== "refused") throw new AppError("UNAVAILABLE", "Slack does not give it now");
  if (outcome.error === "missing_scope") throw new AppError("FORBIDDEN", NO_SCOPE);
  throw new AppError("NOT_FOUND", `Slack does not show it to the app (${outcome.error})`);
}

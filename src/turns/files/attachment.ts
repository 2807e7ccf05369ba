import { defineEntity, p } from "@mikro-orm/core";
import { Message } from "../../rooms/messages/message.ts";

const ATTACHMENT_KINDS = ["image", "document", "text", "unread"] as const;

const AttachmentSchema = defineEntity({
  name: "Attachment",
  tableName: "attachment",
  properties: {
    message: () => p.manyToOne(Message).primary().deleteRule("cascade").index(false),
    /** The platform's own id of the file. */
    fileId: p.text().primary(),
    kind: p.enum(ATTACHMENT_KINDS),
    mimeType: p.text().nullable(),
    /** The bytes of an image or document. */
    content: p.blob().nullable(),
    text: p.text().nullable(),
    /** Why it was not read, as it is told to the model. */
    reason: p.text().nullable(),
    createdAt: p.datetime(),
  },
});

/** What became of a file of a message: read once, whichever turns need it. */
export class Attachment extends AttachmentSchema.class {}
AttachmentSchema.setClass(Attachment);

import type { ModelAttachment, ModelSenses } from "./language-model.ts";

export const TEXT_ONLY: ModelSenses = { images: false, documents: false };

export function canRead(senses: ModelSenses, { kind }: ModelAttachment): boolean {
  return kind === "image" ? senses.images : senses.documents;
}

/** What stands before an attachment, so that the text can refer to it by name. */
export function toLabel({ kind, name }: ModelAttachment): string {
  return `[attached ${kind}: ${name}]`;
}

/** What a model is told of an attachment that it cannot read. */
function toNotice({ kind, name }: ModelAttachment): string {
  return kind === "image"
    ? `[There was an image, ${name}. You cannot see images; say so where it matters.]`
    : `[There was a PDF file, ${name}. You cannot read PDF files; say so where it matters.]`;
}

/** The words of a user's message with a notice for each attachment that goes unread. */
export function withNotices(
  text: string,
  attachments: readonly ModelAttachment[],
  senses: ModelSenses,
): string {
  const unread = attachments.filter((attachment) => !canRead(senses, attachment));
  return [...unread.map(toNotice), text].join("\n");
}

import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error.ts";
import type { Upload } from "./route.ts";

export type ReadBody = { body: unknown; files: Upload[] };

/** The body of a request: JSON, or multipart with `payload_json` and `files[n]`. */
export async function readRequest(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (raw.byteLength === 0) return { body: undefined, files: [] };
  if (type.startsWith("multipart/form-data")) return await readForm(raw, type);
  return { body: parseJson(raw.toString("utf8")), files: [] };
}

async function readForm(raw: Buffer, type: string): Promise<ReadBody> {
  const form = await new Response(new Uint8Array(raw), {
    headers: { "content-type": type },
  }).formData();
  const files: Upload[] = [];
  for (const [name, value] of form.entries()) {
    const index = /^files\[(\d+)\]$/.exec(name)?.[1];
    if (index === undefined || typeof value === "string") continue;
    files.push({
      index: Number(index),
      filename: value.name,
      contentType: value.type || "application/octet-stream",
      data: new Uint8Array(await value.arrayBuffer()),
    });
  }
  const payload = form.get("payload_json");
  return { body: typeof payload === "string" ? parseJson(payload) : {}, files };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("invalidJson");
  }
}

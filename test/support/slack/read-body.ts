import type { IncomingMessage } from "node:http";
import type { RawArguments } from "./read-arguments.ts";
import type { Json } from "./world.ts";

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The arguments of a request: JSON, a form, or a query; undefined where JSON cannot be read. */
export function parseArguments(
  body: Buffer,
  contentType: string,
  query: URLSearchParams,
): RawArguments | undefined {
  if (!contentType.startsWith("application/json")) {
    const form = new URLSearchParams(body.toString("utf8"));
    return {
      values: { ...Object.fromEntries(query), ...Object.fromEntries(form) },
      encoding: "form",
    };
  }
  try {
    return { values: JSON.parse(body.toString("utf8")) as Json, encoding: "json" };
  } catch {
    return undefined;
  }
}

/** The bytes of the first part of a multipart body (the SDK's upload), or the body itself (a raw upload). */
export function fileContent(body: Buffer, contentType: string): Buffer {
  const boundary = /boundary=(?:"(?<quoted>[^"]+)"|(?<plain>[^;]+))/.exec(contentType)?.groups;
  const marker = boundary?.["quoted"] ?? boundary?.["plain"];
  if (marker === undefined) return body;
  const start = body.indexOf("\r\n\r\n") + 4;
  const end = body.indexOf(`\r\n--${marker}`, start);
  return body.subarray(start, end);
}

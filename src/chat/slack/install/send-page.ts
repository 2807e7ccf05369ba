import type { ServerResponse } from "node:http";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** One sentence for a person in a browser; what it says is text, never markup. */
export function sendPage(response: ServerResponse, status: number, sentence: string): void {
  const text = sentence.replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter);
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Troupe</title><p>${text}</p></html>\n`;
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    })
    .end(body);
}

import { deflateSync } from "node:zlib";

/** A PDF file whose pages say this; `content` replaces what a page draws. */
export function createPdf(
  pages: readonly string[],
  { trailer = "", content = draw }: { trailer?: string; content?: (page: string) => Buffer } = {},
): Buffer {
  const FIRST_PAGE = 4;
  const kids = pages.map((_page, index) => `${FIRST_PAGE + 2 * index} 0 R`).join(" ");
  const objects: Buffer[] = [
    Buffer.from("<</Type/Catalog/Pages 2 0 R>>"),
    Buffer.from(`<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`),
    Buffer.from("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"),
    ...pages.flatMap((page, index) => {
      const packed = content(page);
      return [
        Buffer.from(
          `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents ${FIRST_PAGE + 1 + 2 * index} 0 R>>`,
        ),
        Buffer.concat([
          Buffer.from(`<</Length ${packed.length}/Filter/FlateDecode>>stream\n`),
          packed,
          Buffer.from("\nendstream"),
        ]),
      ];
    }),
  ];
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  for (const [index, object] of objects.entries()) {
    offsets.push(length);
    const part = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      object,
      Buffer.from("\nendobj\n"),
    ]);
    parts.push(part);
    length += part.length;
  }
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${entries.join("")}trailer\n<</Size ${size}/Root 1 0 R${trailer}>>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

function draw(page: string): Buffer {
  const lines = page
    .split("\n")
    .map((line) => `(${line.replaceAll(/[\\()]/g, "\\$&")}) Tj 0 -14 Td`);
  return deflateSync(`BT /F1 12 Tf 72 720 Td ${lines.join(" ")} ET`);
}

/** A page that unpacks to so many megabytes of nothing. */
export function createBomb(megabytes: number): Buffer {
  return createPdf(["bomb"], {
    content: () => deflateSync(Buffer.alloc(megabytes * 1_000_000, "q Q ")),
  });
}

import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { downloadFile } from "../../src/chat/download-file.ts";
import { createFileReader } from "../../src/chat/slack/api/slack-files.ts";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const { signal } = new AbortController();
const limits = { mostBytes: 1000, signal };

test("what lies elsewhere is not asked for, however the address is written", async () => {
  let asked = 0;
  const elsewhere = await serve((_request, response) => {
    asked += 1;
    response.end("secret");
  });
  const own = await serve((_request, response) => void response.end("own"));
  const { host } = new URL(elsewhere);
  const ownHost = new URL(own).host;
  for (const url of [
    `${elsewhere}/file`,
    `http://${ownHost}@${host}/file`,
    `http://user:pass@${ownHost}/file`,
    `http://localhost:${host.split(":")[1]}/file`,
    `https://${ownHost}/file`,
    "file:///etc/passwd",
    "data:text/plain,hello",
    "http://169.254.169.254/latest/meta-data",
    "http://files.slack.com.evil.example/x",
    "not an address",
    "",
  ]) {
    const download = downloadFile({ ...limits, url, origins: [own] });
    await expect(download).rejects.toMatchObject({ code: "INVALID" });
  }
  expect(asked).toBe(0);
});

test("a redirect is not followed, nor does the token go with it", async () => {
  let asked = 0;
  const elsewhere = await serve((_request, response) => {
    asked += 1;
    response.end("secret");
  });
  const own = await serve((_request, response) => {
    response.writeHead(302, { location: `${elsewhere}/steal` }).end();
  });
  const download = downloadFile({ ...limits, url: `${own}/f`, origins: [own] });
  await expect(download).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(asked).toBe(0);
});

test("a file without end is left once it is too large, whatever length it promised", async () => {
  const own = await serve((_request, response) => {
    const timer = setInterval(() => response.write("x".repeat(600)), 1);
    response.on("close", () => clearInterval(timer));
  });
  const download = downloadFile({ ...limits, url: `${own}/f`, origins: [own] });
  await expect(download).rejects.toMatchObject({
    code: "INVALID",
    message: expect.stringContaining("larger than"),
  });
});

test("a passing fault is tried once more, a lasting one is told", async () => {
  let asked = 0;
  const own = await serve(({ url }, response) => {
    asked += 1;
    if (url === "/gone") response.writeHead(404).end();
    else if (url === "/down" || asked === 1) response.writeHead(503).end();
    else response.end("here");
  });
  const get = (path: string) => downloadFile({ ...limits, url: `${own}${path}`, origins: [own] });
  expect((await get("/once")).bytes.toString()).toBe("here");
  await expect(get("/gone")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(get("/down")).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

test("Slack's files come from Slack's own hosts, which follow SLACK_API_URL", async () => {
  const seen: (string | undefined)[] = [];
  const api = await serve(({ headers }, response) => {
    seen.push(headers.authorization);
    response.end("content");
  });
  const options = { messageId: "1.1", mostBytes: 100, signal };
  const noCalls = async () => ({ kind: "refused" as const, error: "missing_scope" });
  const teamsAt = (apiUrl: string | undefined) => ({
    apiOf: () => noCalls,
    apiUrl,
    tokenOf: async (team: string) => (team === "T1" ? "xoxb-1" : undefined),
  });
  const read = createFileReader(teamsAt(`${api}/api/`));
  const file = { id: "F1", name: "a.txt" };
  expect((await read("T1", { ...file, url: `${api}/files-pri/F1` }, options)).toString()).toBe(
    "content",
  );
  expect(seen).toEqual(["Bearer xoxb-1"]);
  await expect(read("T2", { ...file, url: `${api}/files-pri/F1` }, options)).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  const byDefault = createFileReader(teamsAt(undefined));
  for (const url of [`${api}/files-pri/F1`, "https://drive.google.com/file/d/1"]) {
    await expect(byDefault("T1", { ...file, url }, options)).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringContaining(new URL(url).host),
    });
  }
  await expect(byDefault("T1", file, options)).rejects.toMatchObject({
    code: "FORBIDDEN",
    message: expect.stringContaining("files:read"),
  });
  expect(seen).toHaveLength(1);
});

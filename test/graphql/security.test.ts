import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { openTestServer, TOKEN, type TestServer } from "../support/test-server.ts";

let app: TestApp;
let server: TestServer;
beforeAll(async () => {
  app = await openTestApp();
  server = await openTestServer(app);
});
afterAll(async () => {
  await server.close();
  await app.close();
});

const json = { "content-type": "application/json" };
const bearer = { authorization: `Bearer ${TOKEN}` };
const post = (body: string, headers: Record<string, string>) =>
  server.fetch("/graphql", { method: "POST", headers, body });
const agents = JSON.stringify({ query: "{ agents { slug } }" });

describe("who is let in", () => {
  it.each<[string, Record<string, string>]>([
    ["no token", {}],
    ["a wrong token", { authorization: "Bearer wrong" }],
    ["an empty token", { authorization: "Bearer " }],
    ["the token without its scheme", { authorization: TOKEN }],
    ["the token as a password", { authorization: `Basic ${btoa(`admin:${TOKEN}`)}` }],
    ["the beginning of the token", { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ["the token and more", { authorization: `Bearer ${TOKEN}x` }],
    ["the token in capitals", { authorization: `Bearer ${TOKEN.toUpperCase()}` }],
    ["the token as a cookie", { cookie: `token=${TOKEN}` }],
  ])("%s gets 401 and nothing else", async (_what, headers) => {
    for (const response of [
      await post(agents, { ...json, ...headers }),
      await server.fetch("/graphql?query={agents{slug}}", { headers }),
      await server.fetch("/graphql?query={agents{slug}}", {
        headers: { ...headers, accept: "text/html" },
      }),
      await server.fetch('/graphql?query=subscription{roomEvents(room:"console:a"){__typename}}', {
        headers: { ...headers, accept: "text/event-stream" },
      }),
    ]) {
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await response.json()).toEqual({
        errors: [
          {
            message: expect.stringContaining("Authorization: Bearer"),
            extensions: { code: "UNAUTHENTICATED" },
          },
        ],
      });
    }
  });

  it("nobody learns the schema without the token", async () => {
    const query = JSON.stringify({ query: "{ __schema { types { name } } }" });
    expect((await post(query, json)).status).toBe(401);
    expect((await post(query, { ...json, ...bearer })).status).toBe(200);
  });

  it("a token in the address is none", async () => {
    const response = await server.fetch(`/graphql?query={agents{slug}}&token=${TOKEN}`, {
      headers: {},
    });
    expect(response.status).toBe(401);
  });
});

describe("the page for browsers", () => {
  it("comes without a token, and holds no data", async () => {
    const response = await server.fetch("/graphql", { headers: { accept: "text/html" } });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
    const page = await response.text();
    expect(page.includes("<title>Troupe</title>")).toBe(true);
    expect(page.includes(TOKEN)).toBe(false);
  });

  it("asks with what is sent along get no answer from it", async () => {
    const response = await server.fetch(
      `/graphql?operationName=x&variables={}&extensions={}&%71uery={agents{slug}}`,
      { headers: { accept: "text/html, application/json" } },
    );
    expect(response.status).toBe(401);
  });
});

describe("probes against the door", () => {
  const errorsOf = async (query: string) => (await server.ask(query)).errors;

  it.each([
    [40, /Aliases limit/],
    [1000, /Token limit/],
  ])("%i aliases are refused", async (count, message) => {
    const aliases = Array.from({ length: count }, (_, index) => `a${index}: agents { slug }`);
    const [error] = await errorsOf(`{ ${aliases.join(" ")} }`);
    expect(error?.message).toMatch(message);
    expect(error?.extensions?.code).toBe("INVALID");
  });

  it("a query that goes round in circles is refused", async () => {
    const circle = `mergedInto { `.repeat(20) + "id" + " }".repeat(20);
    const query = `{ turn(id: "01a1fd5d-f136-729c-a68d-27f255593fef") { ${circle} } }`;
    expect((await errorsOf(query))[0]?.message).toMatch(/depth|cost/i);
  });

  it("a thousand fields of the same name are refused", async () => {
    expect((await errorsOf(`{ ${"agents { slug } ".repeat(1000)} }`)).length).toBeGreaterThan(0);
  });

  it("a fragment that contains itself is refused", async () => {
    const query = `{ agents { ...A } } fragment A on Agent { slug ...B } fragment B on Agent { ...A }`;
    expect((await errorsOf(query)).length).toBeGreaterThan(0);
  });

  it("a thousand directives are refused", async () => {
    expect(
      (await errorsOf(`{ agents { slug ${"@skip(if: false) ".repeat(1000)} } }`)).length,
    ).toBeGreaterThan(0);
  });

  it("several operations in one request are refused", async () => {
    const response = await post(`[${agents},${agents}]`, { ...json, ...bearer });
    expect(response.status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    [
      "a form",
      "application/x-www-form-urlencoded",
      "query=mutation%7BpauseAgent(slug%3A%22sage%22)%7Bslug%7D%7D",
    ],
    [
      "a plain text",
      "text/plain",
      JSON.stringify({ query: `mutation{pauseAgent(slug:"sage"){slug}}` }),
    ],
    [
      "a multipart form",
      "multipart/form-data; boundary=b",
      `--b\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"mutation{pauseAgent(slug:\\"sage\\"){slug}}"}\r\n--b\r\ncontent-disposition: form-data; name="map"\r\n\r\n{}\r\n--b--\r\n`,
    ],
    ["a GraphQL text", "application/graphql", `mutation{pauseAgent(slug:"sage"){slug}}`],
  ])("%s, which any web page may send, changes nothing", async (_what, type, body) => {
    const without = await post(body, { "content-type": type });
    expect(without.status).toBe(401);
    const { data } = await server.ask<{ agent: object }>(`{ agent(slug: "sage") { status } }`);
    expect(data?.agent).toEqual({ status: "ACTIVE" });
  });

  it("a mutation by GET changes nothing", async () => {
    const query = encodeURIComponent(`mutation { pauseAgent(slug: "sage") { slug } }`);
    const response = await server.fetch(`/graphql?query=${query}`);
    expect(response.status).toBe(405);
  });

  it("pages of other origins are let read nothing", async () => {
    for (const method of ["OPTIONS", "POST", "GET"]) {
      const response = await server.fetch("/graphql", {
        method,
        headers: {
          origin: "https://evil.example",
          "access-control-request-method": "POST",
          ...json,
          ...bearer,
        },
        ...(method === "POST" && { body: agents }),
      });
      await response.text();
      const allowed = [...response.headers.keys()].filter((name) => name.startsWith("access-"));
      expect(allowed).toEqual([]);
    }
  });

  it("a body of more than 2 MB is refused, however it announces itself", async () => {
    const large = JSON.stringify({
      query: "{ agents { slug } }",
      pad: "x".repeat(2 * 1024 * 1024),
    });
    const response = await post(large, { ...json, ...bearer });
    expect(response.status).toBe(413);
    const chunked = await server.fetch("/graphql", {
      method: "POST",
      headers: { ...json, ...bearer },
      body: new Blob([large]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await post(agents, { ...json, ...bearer })).status).toBe(200);
  });

  it("misspelt names are not helped along", async () => {
    const [error] = await errorsOf('{ agent(slug: "sage") { slugg } }');
    expect(error?.message).not.toContain("Did you mean");
  });
});

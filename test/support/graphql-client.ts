import { TEST_TOKEN } from "./troupe-process.ts";

/** The errors of a GraphQL answer. */
export class GraphqlFault extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.name = "GraphqlFault";
    this.code = code;
  }
}

/** Asks a running Troupe at `url`; rejects with a `GraphqlFault` where it answers errors. */
export async function askGraphql<T>(
  url: string,
  query: string,
  variables: object = {},
  token: string = TEST_TOKEN,
): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(60_000),
  });
  const answer = (await response.json()) as {
    data?: T;
    errors?: { message: string; extensions?: { code?: string } }[];
  };
  const [error] = answer.errors ?? [];
  if (error) throw new GraphqlFault(error.message, error.extensions?.code);
  return answer.data as T;
}

export type SentMessage = { messageId: string; turnIds: string[] };

const SEND = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { message { id } turns { id } } }`;

export async function sendMessage(
  url: string,
  input: { room: string; person: string; text: string; clientMessageId?: string },
  token: string = TEST_TOKEN,
): Promise<SentMessage> {
  type Data = { sendMessage: { message: { id: string }; turns: { id: string }[] } };
  const { sendMessage } = await askGraphql<Data>(url, SEND, { input }, token);
  return { messageId: sendMessage.message.id, turnIds: sendMessage.turns.map(({ id }) => id) };
}

export type ReadTurn = {
  id: string;
  status: "PENDING" | "RUNNING" | "WAITING" | "DONE" | "FAILED" | "DECLINED" | "MERGED";
  reason: string | null;
  mergedInto: { id: string } | null;
  reply: { id: string; text: string } | null;
  steps: { kind: string; name: string; status: string; output: unknown }[];
};

const TURN = `query ($id: ID!) { turn(id: $id) {
  id status reason mergedInto { id } reply { id text } steps { kind name status output } } }`;

export async function readTurn(
  url: string,
  id: string,
  token: string = TEST_TOKEN,
): Promise<ReadTurn> {
  return (await askGraphql<{ turn: ReadTurn }>(url, TURN, { id }, token)).turn;
}

export type ReadMessage = {
  id: string;
  text: string;
  turnId: string | null;
  author: { kind: "PERSON" | "AGENT"; name: string };
};

const ROOM = `query ($key: String!) { room(key: $key) {
  messages(last: 200) { id text turnId author { kind name } } } }`;

export async function readRoom(
  url: string,
  key: string,
  token: string = TEST_TOKEN,
): Promise<ReadMessage[]> {
  type Data = { room: { messages: ReadMessage[] } | null };
  return (await askGraphql<Data>(url, ROOM, { key }, token)).room?.messages ?? [];
}

/** Whether the process at `url` says that it can work; on a busy machine one look may come too early. */
export async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).status === 200;
}

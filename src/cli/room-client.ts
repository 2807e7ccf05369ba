import type { GraphqlClient } from "./graphql-client.ts";

export type RoomMessage = {
  id: string;
  author: { kind: "PERSON" | "AGENT"; name: string };
  text: string;
  /** The turn whose reply this is; null for people's messages. */
  turnId: string | null;
};

type OfTurn = { turnId: string; agent: { name: string } };

/** What an agent asks for before it does it. */
export type RoomQuestion = {
  id: string;
  turnId: string;
  status: "WAITING" | "APPROVED" | "DECLINED" | "EXPIRED";
  agent: { name: string };
  action: string;
  /** The message that asks, as Markdown. */
  question: string;
  decidedBy: string | null;
};

/** What happens in the room, as the subscription `roomEvents` tells it. */
export type RoomEvent =
  | { __typename: "MessagePosted"; message: RoomMessage }
  | (OfTurn & { __typename: "AgentThinking"; status: string })
  | (OfTurn & { __typename: "ReplyDelta"; text: string; position: number })
  | (OfTurn & {
      __typename: "ToolExecution";
      tool: string;
      toolStatus: "RUNNING" | "DONE" | "FAILED";
    })
  | (OfTurn & { __typename: "ApprovalChanged"; approval: RoomQuestion })
  | (OfTurn & { __typename: "AgentAction"; action: string });

export type RoomTurn = {
  id: string;
  status: "PENDING" | "RUNNING" | "WAITING" | "DONE" | "FAILED" | "DECLINED" | "MERGED";
  agent: { name: string };
  reply: RoomMessage | null;
};

/** How the person is answered; null is as the agent likes. */
export type RoomPreferences = { verbosity: string | null; style: string | null; timeZone: string };

/** What is absent stays; null takes a preference away. */
export type PreferenceChanges = { [Wish in keyof RoomPreferences]?: string | null };

type RoomAgent = { slug: string; name: string; role: string; status: string };

/** One console room of a running server, seen by one person. Errors are those of `GraphqlClient`. */
export type RoomClient = {
  readonly key: string;
  readonly person: string;
  /** Safe to repeat with the same `clientMessageId`: the message is posted once. */
  send(text: string, clientMessageId: string): Promise<{ messageId: string; turnIds: string[] }>;
  /** The newest messages, oldest of them first; at most 200. */
  lastMessages(count: number): Promise<RoomMessage[]>;
  turn(id: string): Promise<RoomTurn | null>;
  agents(): Promise<RoomAgent[]>;
  /** What waits for a decision, oldest first. */
  questions(): Promise<RoomQuestion[]>;
  /** Decides as the person; `FORBIDDEN` names who may, `CONFLICT` who was first. */
  decide(id: string, approve: boolean): Promise<RoomQuestion>;
  /** Sets how the person is answered in all rooms of the workspace; without changes it only tells. */
  setPreferences(changes: PreferenceChanges): Promise<RoomPreferences>;
  /** Resolves once events are being followed; what was posted before must be asked for. */
  watch(signal: AbortSignal): Promise<AsyncIterable<RoomEvent>>;
};

const MESSAGE = "fragment Text on Message { id author { kind name } text turnId }";

const QUESTION =
  "fragment Question on Approval { id turnId status agent { name } action question decidedBy }";

const SEND = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { message { id } turns { id } } }`;

const LAST_MESSAGES = `query ($key: String!, $last: Int!) {
  room(key: $key) { messages(last: $last) { ...Text } } } ${MESSAGE}`;

const TURN = `query ($id: ID!) {
  turn(id: $id) { id status agent { name } reply { ...Text } } } ${MESSAGE}`;

const AGENTS = "query { agents { slug name role status } }";

const QUESTIONS = `query ($key: String!) {
  approvals(room: $key, status: WAITING, last: 50) { ...Question } } ${QUESTION}`;

const DECIDE = {
  approve: `mutation ($id: ID!, $person: String!) {
  decided: approve(id: $id, person: $person) { ...Question } } ${QUESTION}`,
  decline: `mutation ($id: ID!, $person: String!) {
  decided: decline(id: $id, person: $person) { ...Question } } ${QUESTION}`,
};

const SET_PREFERENCES = `mutation ($input: SetPreferencesInput!) {
  setPreferences(input: $input) { verbosity style timeZone } }`;

const EVENTS = `subscription ($key: String!) { roomEvents(room: $key) {
  __typename
  ... on MessagePosted { message { ...Text } }
  ... on AgentThinking { turnId agent { name } status }
  ... on ReplyDelta { turnId agent { name } text position }
  ... on ToolExecution { turnId agent { name } tool toolStatus: status }
  ... on ApprovalChanged { turnId agent { name } approval { ...Question } }
  ... on AgentAction { turnId agent { name } action }
} } ${MESSAGE} ${QUESTION}`;

export function createRoomClient(client: GraphqlClient, room: string, person: string): RoomClient {
  const key = toRoomKey(room);
  return {
    key,
    person,

    async send(text, clientMessageId) {
      type Sent = { sendMessage: { message: { id: string }; turns: { id: string }[] } };
      const input = { room: key, person, text, clientMessageId };
      const { sendMessage } = await client.query<Sent>(SEND, { input });
      return {
        messageId: sendMessage.message.id,
        turnIds: sendMessage.turns.map(({ id }) => id),
      };
    },

    async lastMessages(last) {
      type Found = { room: { messages: RoomMessage[] } | null };
      return (await client.query<Found>(LAST_MESSAGES, { key, last })).room?.messages ?? [];
    },

    async turn(id) {
      return (await client.query<{ turn: RoomTurn | null }>(TURN, { id })).turn;
    },

    async agents() {
      return (await client.query<{ agents: RoomAgent[] }>(AGENTS)).agents;
    },

    async questions() {
      type Found = { approvals: RoomQuestion[] };
      return (await client.query<Found>(QUESTIONS, { key })).approvals.reverse();
    },

    async decide(id, approve) {
      const document = approve ? DECIDE.approve : DECIDE.decline;
      return (await client.query<{ decided: RoomQuestion }>(document, { id, person })).decided;
    },

    async setPreferences(changes) {
      const input = { ...changes, room: key, person };
      type Found = { setPreferences: RoomPreferences };
      return (await client.query<Found>(SET_PREFERENCES, { input })).setPreferences;
    },

    async watch(signal) {
      const results = await client.subscribe<{ roomEvents: RoomEvent }>(EVENTS, { key }, signal);
      return takeEvents(results);
    },
  };
}

/** `lobby` is short for `console:lobby`. */
function toRoomKey(room: string): string {
  return room.includes(":") ? room : `console:${room}`;
}

async function* takeEvents(
  results: AsyncIterable<{ roomEvents: RoomEvent }>,
): AsyncGenerator<RoomEvent, void, undefined> {
  for await (const { roomEvents } of results) yield roomEvents;
}

const OPEN = new Set<RoomTurn["status"]>(["PENDING", "RUNNING", "WAITING"]);

/** Whether the room has been told how the turn ended; a merged one ends with the turn it went into. */
export function hasEnded({ status, reply }: RoomTurn): boolean {
  return status === "MERGED" ? reply !== null : !OPEN.has(status);
}

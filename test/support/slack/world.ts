export type Json = Record<string, unknown>;

export type Person = {
  id: string;
  name: string;
  realName: string;
  email: string;
  isBot: boolean;
  isAdmin: boolean;
  deleted: boolean;
};

export type SharedFile = {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  content: Buffer;
  createdBy: string;
  uploaded: boolean;
  shared: boolean;
};

/** What makes a message one that was streamed. An edit after the end takes the place of its words. */
type Stream = {
  state: "in_progress" | "completed";
  tasks: Json[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  isReplaced: boolean;
};

export type Message = {
  ts: string;
  threadTs?: string;
  /** The person or bot user; absent where a bot posted under a customized name. */
  user?: string;
  botId?: string;
  text: string;
  blocks?: Json[];
  attachments?: Json[];
  metadata?: Json;
  username?: string;
  icon?: string;
  files: SharedFile[];
  reactions: Map<string, Set<string>>;
  edited?: { user: string; ts: string };
  stream?: Stream;
  broadcast: boolean;
  clientMsgId?: string;
};

type Ephemeral = {
  ts: string;
  user: string;
  threadTs?: string;
  text: string;
  blocks: Json[];
};

export const CHANNEL_KINDS = ["channel", "group", "im", "mpim"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export type Channel = {
  id: string;
  name: string;
  kind: ChannelKind;
  /** Who made it; the app is told in conversations.info. */
  creator: string;
  members: Set<string>;
  archived: boolean;
  /** In order of `ts`; what was deleted is gone. */
  messages: Message[];
  ephemerals: Ephemeral[];
  /** The assistant status shown in a thread ("is thinking …") by thread_ts. */
  statuses: Map<string, string>;
};

export type View = { id: string; userId: string; view: Json; hash: string };

export type Workspace = {
  teamId: string;
  name: string;
  domain: string;
  bot: { userId: string; botId: string; name: string };
  token: string;
  people: Map<string, Person>;
  channels: Map<string, Channel>;
  homes: Map<string, View>;
  modals: View[];
  installed: boolean;
};

export type TokenState = "active" | "token_revoked" | "account_inactive";

export type Token = {
  value: string;
  kind: "bot" | "app";
  teamId?: string;
  scopes: Set<string>;
  state: TokenState;
};

/** The one app that every workspace of a double may install. */
export type SlackApp = {
  id: string;
  clientId: string;
  clientSecret: string;
  signingSecret: string;
  verificationToken: string;
  appToken: string;
};

/** What a person chooses on the install page. */
export type InstallDecision = {
  teamId?: string;
  denied?: boolean;
  /** The whole Enterprise organization instead of one workspace. */
  orgWide?: boolean;
  /** The app has token rotation on. */
  rotates?: boolean;
  /** Slack grants what was asked for, unless the app was changed meanwhile. */
  scopes?: readonly string[];
};

export type InstallGrant = InstallDecision & { teamId: string; redirectUri?: string };

/** Where an interaction may be answered: five times within half an hour. */
export type ResponseUrl = {
  teamId: string;
  channelId: string;
  userId: string;
  /** The message (perhaps ephemeral) whose button was pressed. */
  messageTs?: string;
  threadTs?: string;
  usesLeft: number;
  expiresAt: number;
};

export type World = ReturnType<typeof createWorld>;

/** Everything that Slack would store, in memory, and who is told when it changes. */
export function createWorld(app: SlackApp) {
  const listeners = new Set<() => void>();
  let lastMicros = 0;
  let lastId = 0;
  const world = {
    app,
    /** Where the double listens, for the URLs in what it says; no slash at the end. */
    origin: "",
    workspaces: new Map<string, Workspace>(),
    tokens: new Map<string, Token>(),
    files: new Map<string, SharedFile>(),
    /** The ids of the files whose content the app has asked for. */
    downloads: [] as string[],
    installCodes: new Map<string, InstallGrant>(),
    installDecision: {} as InstallDecision,
    /** Slack ends a stream after five minutes, though words still flow. */
    streamLifeMs: 300_000,
    triggers: new Map<string, { userId: string; expiresAt: number; used: boolean }>(),
    responseUrls: new Map<string, ResponseUrl>(),
    /** Replaced by the double: how an event of a workspace leaves for the app. */
    emit: (_workspace: Workspace, _event: Json): void => {},
    /** A time stamp as Slack makes them, later than every one before it. */
    nextTs(): string {
      lastMicros = Math.max(lastMicros + 1, Date.now() * 1000);
      const micros = String(lastMicros % 1_000_000).padStart(6, "0");
      return `${Math.floor(lastMicros / 1_000_000)}.${micros}`;
    },
    newId(prefix: string): string {
      lastId += 1;
      return `${prefix}0${lastId.toString(36).toUpperCase().padStart(9, "0")}`;
    },
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed(): void {
      for (const listener of listeners) listener();
    },
  };
  return world;
}

import type { Writer } from "../../rooms/ingress.ts";
import type { CommandScope } from "./command-scope.ts";

/** Something a command may be given. */
export type CommandOption = {
  name: string;
  description: string;
  required?: true;
  /** What it names, so that platforms can complete it; `member` is an agent of the room. */
  kind: "agent" | "member" | "behavior" | "text";
  /** The only words it takes. */
  choices?: readonly string[];
  /** Where it is left out, and other options have these values, a form asks for it; it may stay empty. */
  question?: { text: string; when?: Readonly<Record<string, string>> };
};

/** One thing that a command does. */
export type CommandAction = {
  /** Absent where the command does one thing only. */
  name?: string;
  description: string;
  options?: readonly CommandOption[];
  /** Everybody in the room unless told otherwise. */
  who?: "room admins" | "operators";
  run(scope: CommandScope, invocation: Invocation): Promise<Answer>;
};

/** The one declaration of a command; registrations, manifest and help are made from it. */
export type Command = { name: string; description: string; actions: readonly CommandAction[] };

/** A command as somebody gave it, wherever that was. */
export type Invocation = {
  roomKey: string;
  person: Writer;
  values: Readonly<Record<string, string | undefined>>;
};

/** What the command's door says about it. */
export type CommandCall = Invocation & {
  /** `platform:id`, with the platform's own id: the same again is the same command. */
  id: string;
  command: string;
  action: string | undefined;
  /** Where any process can answer for some minutes, without a token; to be kept secret. */
  replyUrl?: string | undefined;
  /**
   * Tells the platform that the command has arrived: before it is run, after it is certain that a process
   * which breaks off leaves a trace. Safe to repeat.
   */
  acknowledge?(): Promise<void>;
  /** Asks the platform for the person's name, where the command does not tell it. */
  findName?(): Promise<string>;
  /** Asks the platform whether the person runs the room. */
  isRoomAdmin(): Promise<boolean>;
};

export type Choice = { value: string; label: string };

/** What is said to a command, as Markdown; to the person alone unless it concerns the room. */
export type Answer = {
  text: string;
  to?: "room";
  /** The command again, with one of these as the option's value. */
  choose?: { option: string; placeholder: string; choices: Choice[]; values: Invocation["values"] };
};
